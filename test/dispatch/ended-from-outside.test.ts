// Whether a process that is gone was ended by somebody, by what its supervisor has written down.
import { describe, expect, test } from "vitest";
import { endedFromOutside } from "../../worker/dispatch/ended-from-outside.ts";

function writtenDown(answer: () => Response | Promise<Response>): Fetcher {
  return { fetch: async () => answer() } as unknown as Fetcher;
}

const ended = (...endings: readonly (readonly [at: number, fromOutside: boolean])[]): Fetcher =>
  writtenDown(() => Response.json(endings.map(([at, fromOutside]) => ({ at, fromOutside }))));

describe("endedFromOutside", () => {
  test("goes by what ended since then", async () => {
    expect(await endedFromOutside(ended([10, false], [20, true]), 15)).toBe(true);
    expect(await endedFromOutside(ended([10, true], [20, false]), 15)).toBe(false);
  });

  test("says no where one of several that ended since then may have been anybody's doing", async () => {
    expect(await endedFromOutside(ended([10, true], [20, false], [30, true]), 5)).toBe(false);
    expect(await endedFromOutside(ended([10, true], [20, true]), 5)).toBe(true);
  });

  test.each([
    ["nobody supervises the process", undefined],
    ["nothing has ended since then", ended([10, true])],
    ["nothing is written down", writtenDown(() => new Response("Not Found", { status: 404 }))],
    ["what is written down is something else", writtenDown(() => Response.json([{ at: "now" }]))],
    ["it cannot be read", writtenDown(() => Promise.reject(new Error("down")))],
  ])("says no where %s", async (_, endings) => {
    expect(await endedFromOutside(endings, 15)).toBe(false);
  });
});
