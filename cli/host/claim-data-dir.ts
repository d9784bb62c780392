// One host per data directory: two processes on the same databases would undo each other's work. The claim
// is a file that names the process, which `send` also reads to find a host on another port.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { errorCode } from "../error-code.ts";
import { processBirth } from "./process-birth.ts";
import { untilRuntimeIsGone } from "./until-runtime-is-gone.ts";

const ClaimSchema = v.object({
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  url: v.string(),
  /** Where its runtime listens, which may live on for a moment when the host is killed. */
  runtimePort: v.nullish(v.number(), null),
  /** When the process was born, where that is known. */
  born: v.nullish(v.string(), null),
});
type WrittenClaim = v.InferOutput<typeof ClaimSchema>;

export type Claim = Pick<WrittenClaim, "pid" | "url">;

export interface HeldClaim {
  /** True when the host before this one ended without letting go. */
  readonly previousWasKilled: boolean;
  release(): Promise<void>;
}

/** Claims the data directory for the host that will answer at `url`, making the directory if need be. */
export async function claimDataDir(
  dataDir: string,
  url: string,
  pid: number,
  runtimePort: number | null = null,
): Promise<Result<HeldClaim, CliFailure>> {
  const file = claimFile(dataDir);
  const previous = await readClaim(dataDir);
  if (previous !== null && (await isHeld(previous))) {
    return fail({
      reason: "already_running",
      message:
        `Cannot start in "${dataDir}": process ${previous.pid} runs a host on it at ${previous.url}, ` +
        `wanted a free directory: stop that host, give --data another, or delete "${file}" if it is not a host`,
    });
  }
  if (previous !== null && previous.runtimePort !== null) {
    // Before anything is written: whoever tries again is to find the same.
    const gone = await untilRuntimeIsGone(dataDir, file, previous.runtimePort);
    if (!gone.ok) return gone;
  }
  try {
    // Payloads and logs of customers: nobody else on this machine reads them.
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await writeFile(
      file,
      JSON.stringify({ pid, url, runtimePort, born: await processBirth(pid) } satisfies WrittenClaim),
    );
  } catch (error) {
    return fail({
      reason: "data_dir_unusable",
      message: `Cannot keep data in "${dataDir}": ${describe(errorCode(error))}, wanted a directory that can be written`,
    });
  }
  return ok({
    previousWasKilled: previous !== null,
    release: () => rm(file, { force: true }),
  });
}

/** The host that holds a data directory and is alive, or null. */
export async function findRunningHost(dataDir: string): Promise<Claim | null> {
  const claim = await readClaim(dataDir);
  return claim !== null && (await isHeld(claim)) ? { pid: claim.pid, url: claim.url } : null;
}

async function readClaim(dataDir: string): Promise<WrittenClaim | null> {
  try {
    const parsed = v.safeParse(ClaimSchema, JSON.parse(await readFile(claimFile(dataDir), "utf8")));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

function describe(code: string): string {
  return code === "EEXIST" || code === "ENOTDIR" ? "a file is in the way" : code;
}

function claimFile(dataDir: string): string {
  return join(dataDir, "host.json");
}

/** Whether the process that wrote it is there, and not another one that has its id by now. */
async function isHeld({ pid, born }: WrittenClaim): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const now = await processBirth(pid);
  return born === null || now === null || born === now;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is a process all the same.
    return errorCode(error) === "EPERM";
  }
}
