// One host per data directory.
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { claimDataDir, findRunningHost } from "../../cli/host/claim-data-dir.ts";

const URL = "http://127.0.0.1:1";
let dir: string;
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), "kili-edge-data-")), "nested", "data");
});

describe("claimDataDir", () => {
  it("makes the directory, and lets nobody else in until it is released", async () => {
    const claim = await claimDataDir(dir, URL, process.pid);
    if (!claim.ok) throw new Error(claim.failure.message);
    expect(claim.value.previousWasKilled).toBe(false);
    expect(await findRunningHost(dir)).toEqual({ pid: process.pid, url: URL });

    const second = await claimDataDir(dir, "http://127.0.0.1:2", process.pid);
    expect(second).toMatchObject({ ok: false, failure: { reason: "already_running" } });

    await claim.value.release();
    expect(await findRunningHost(dir)).toBeNull();
    expect((await claimDataDir(dir, URL, process.pid)).ok).toBe(true);
  });

  it("takes over from a host that was killed", async () => {
    const { pid } = spawnSync("true");
    await claimDataDir(dir, URL, pid);
    expect(await findRunningHost(dir)).toBeNull();
    expect(await claimDataDir(dir, URL, process.pid)).toMatchObject({ ok: true, value: { previousWasKilled: true } });
  });

  it("takes over from a host whose process id another process has by now, this one or any", async () => {
    await claimDataDir(dir, URL, process.pid);
    const claim = JSON.parse(await readFile(join(dir, "host.json"), "utf8")) as object;
    await writeFile(
      join(dir, "host.json"),
      JSON.stringify({ ...claim, born: "before the container was started again" }),
    );
    expect(await findRunningHost(dir)).toBeNull();
    expect(await claimDataDir(dir, URL, process.pid)).toMatchObject({ ok: true, value: { previousWasKilled: true } });
  });

  it("goes by the process id alone where an earlier release wrote no more", async () => {
    await claimDataDir(dir, URL, process.pid);
    await writeFile(join(dir, "host.json"), JSON.stringify({ pid: process.pid, url: URL }));
    expect(await claimDataDir(dir, URL, process.pid)).toMatchObject({ ok: false });
  });

  it("takes over from a claim that was half written", async () => {
    await claimDataDir(dir, URL, process.pid);
    await writeFile(join(dir, "host.json"), '{"pid":');
    expect((await claimDataDir(dir, URL, process.pid)).ok).toBe(true);
  });

  it("says so when the directory cannot be made", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "kili-edge-data-")), "file");
    await writeFile(file, "");
    const claim = await claimDataDir(join(file, "data"), URL, process.pid);
    expect(claim).toMatchObject({ ok: false, failure: { reason: "data_dir_unusable" } });
    expect(claim.ok ? "" : claim.failure.message).toMatch(
      /^Cannot keep data in ".*data": a file is in the way, wanted /,
    );
  });
});
