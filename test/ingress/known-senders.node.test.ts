// Who is known: whoever was let in, until too many others were.
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { KnownSenders } from "../../cli/ingress/known-senders.ts";

const MAX_SENDERS = 16;

function known(count: number): KnownSenders {
  const senders = new KnownSenders();
  for (let at = 0; at < count; at += 1) senders.add(`Bearer ${at}`);
  return senders;
}

describe("KnownSenders", () => {
  it("knows whom it was told of, to the letter", () => {
    const senders = known(1);
    expect(senders.has("Bearer 0")).toBe(true);
    for (const other of ["bearer 0", "Bearer 0 ", "Bearer 00", "0", ""]) expect(senders.has(other)).toBe(false);
  });

  it("never knows whoever says nothing", () => {
    const senders = new KnownSenders();
    senders.add(undefined);
    expect(senders.has(undefined)).toBe(false);
    expect(senders.has("undefined")).toBe(false);
    expect(senders.has("")).toBe(false);
  });

  it("forgets whoever has not been let in for longest", () => {
    const senders = known(MAX_SENDERS);
    senders.add("Bearer 0");
    senders.add("another");
    expect(senders.has("Bearer 0")).toBe(true);
    expect(senders.has("Bearer 1")).toBe(false);
    expect(senders.has("Bearer 2")).toBe(true);
    expect(senders.has("another")).toBe(true);
  });

  it("forgets nobody for one who comes again", () => {
    const senders = known(MAX_SENDERS);
    for (let at = 0; at < 2 * MAX_SENDERS; at += 1) senders.add("Bearer 3");
    expect(Array.from({ length: MAX_SENDERS }, (_, at) => senders.has(`Bearer ${at}`))).not.toContain(false);
  });

  it("shows no secret", () => {
    const senders = new KnownSenders();
    senders.add("Bearer a-secret");
    expect(inspect(senders, { depth: null, showHidden: true })).not.toContain("a-secret");
    expect(JSON.stringify(senders)).not.toContain("a-secret");
  });
});
