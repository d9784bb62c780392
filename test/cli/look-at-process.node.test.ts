// What the supervisor sees of a process, from /proc and from `ps`.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it, vi } from "vitest";
import { lookAtProcess } from "../../cli/supervisor/look-at-process.ts";
import { psUsage } from "../../cli/supervisor/ps-usage.ts";

describe("psUsage", () => {
  it.each([
    ["macOS", " 21344   0:01.23\n", 21_344, 1.23],
    ["macOS, after hours", "21344 123:45.67\n", 21_344, 7_425.67],
    ["Linux", "21344 00:01:02\n", 21_344, 62],
    ["Linux, after days", "21344 2-03:04:05\n", 21_344, 183_845],
  ])("reads what ps prints on %s", async (_, text, kilobytes, seconds) => {
    const usage = { cpuMicroseconds: seconds * 1_000_000, residentBytes: kilobytes * 1_024 };
    expect(await psUsage(1, async () => text)).toEqual(usage);
  });

  it.each(["", "RSS TIME\n", "0 0:00.00\n", "- -\n"])("knows nothing where ps prints %j", async (text) => {
    expect(await psUsage(1, async () => text)).toBe(null);
  });

  it("knows nothing where ps fails", async () => {
    expect(await psUsage(1, () => Promise.reject(new Error("ENOENT")))).toBe(null);
  });
});

describe("lookAtProcess", () => {
  const hasPs = spawnSync("ps").error === undefined;
  const platforms = (["linux", "darwin"] as const).filter(
    (name) => name === process.platform || (name === "darwin" && hasPs),
  );

  it.each(platforms)(
    "sees how large a process is, how much it computes, and that it has died, as on %s",
    async (platform) => {
      const child = spawn(process.execPath, ["-e", "const large = Buffer.alloc(150_000_000, 1); for (;;) large[0]++;"]);
      const look = lookAtProcess(child.pid ?? null, platform);
      try {
        await vi.waitFor(
          async () => {
            const { cpuMs, residentBytes } = await look();
            expect(residentBytes).toBeGreaterThan(150_000_000);
            expect(residentBytes).toBeLessThan(400_000_000);
            expect(cpuMs).toBeGreaterThan(500);
          },
          { timeout: 20_000, interval: 100 },
        );
      } finally {
        child.kill("SIGKILL");
      }
      await once(child, "exit");
      await vi.waitFor(async () => expect(await look()).toMatchObject({ cpuMs: null, residentBytes: null }), {
        timeout: 5_000,
        interval: 100,
      });
    },
  );
});
