// .dev.vars: what start adds, what it leaves alone, and what it refuses to guess at.
import { mkdtemp, readFile, stat, writeFile } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { prepareDevVars } from "../../cli/host/prepare-dev-vars.ts";

let file: string;
beforeEach(async () => {
  file = join(await mkdtemp(join(tmpdir(), "kili-edge-vars-")), ".dev.vars");
});

describe("prepareDevVars", () => {
  it("makes a file only its owner can read, with long fresh secrets", async () => {
    const prepared = await prepareDevVars(file, randomBytes);
    if (!prepared.ok) throw new Error(prepared.failure.message);
    expect(prepared.value.added).toEqual(["WEBHOOK_SECRET", "ADMIN_API_KEY", "STORE_SECRET", "ENVIRONMENT"]);
    const { WEBHOOK_SECRET, ADMIN_API_KEY, ENVIRONMENT } = prepared.value.values;
    expect(WEBHOOK_SECRET).toMatch(/^[\w-]{43}$/);
    expect(ADMIN_API_KEY).toMatch(/^[\w-]{43}$/);
    expect(WEBHOOK_SECRET).not.toBe(ADMIN_API_KEY);
    expect(ENVIRONMENT).toBe("development");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it("changes nothing the second time", async () => {
    await prepareDevVars(file, randomBytes);
    const before = await readFile(file, "utf8");
    const again = await prepareDevVars(file, randomBytes);
    expect(again).toMatchObject({ ok: true, value: { added: [] } });
    expect(await readFile(file, "utf8")).toBe(before);
  });

  it("keeps what is there, and adds what is missing below it", async () => {
    const mine =
      'WEBHOOK_SECRET="mine" # rotated\nexport KILI_API_KEY=k\nPLUGIN_CERT="-----\nlines\n-----"\nENVIRONMENT=production';
    await writeFile(file, mine, { mode: 0o644 });
    const prepared = await prepareDevVars(file, randomBytes);
    if (!prepared.ok) throw new Error(prepared.failure.message);
    expect(prepared.value.added).toEqual(["ADMIN_API_KEY", "STORE_SECRET"]);
    expect(prepared.value.values).toMatchObject({
      WEBHOOK_SECRET: "mine",
      KILI_API_KEY: "k",
      PLUGIN_CERT: "-----\nlines\n-----",
      ENVIRONMENT: "production",
    });
    expect(await readFile(file, "utf8")).toMatch(
      /^WEBHOOK_SECRET="mine"[^]*ENVIRONMENT=production\nADMIN_API_KEY=[\w-]{43}\nSTORE_SECRET=[\w-]{43}\n$/,
    );
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it.each([
    ["a line without a name", "A=1\nsk-live-123456\n", "line 2 is not NAME=value"],
    ["a line after a quoted one", 'A="x\ny"\nsk-live-123456', "line 3 is not NAME=value"],
    ["an empty secret", "WEBHOOK_SECRET=\n", "WEBHOOK_SECRET is empty"],
  ])("refuses %s, and quotes no secret", async (_, text, found) => {
    await writeFile(file, text);
    const prepared = await prepareDevVars(file, randomBytes);
    expect(prepared).toMatchObject({ ok: false, failure: { reason: "dev_vars_unusable" } });
    const message = prepared.ok ? "" : prepared.failure.message;
    expect(message).toContain(found);
    expect(message).not.toContain("sk-live");
    expect(await readFile(file, "utf8")).toBe(text);
  });
});
