// Starts the Deno host and stops it. What it does is in deno/host.ts.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Contender } from "../figures/throughput.ts";
import { openHistory } from "../history.ts";
import { WEBHOOK_HEADERS, WEBHOOK_SECRET } from "../webhook.ts";

const HOST = join(import.meta.dirname, "deno", "host.ts");
const DATA = join(import.meta.dirname, "..", "results");

/** `commit` is how its journal is written: a transaction for each event, or one for all that wait together. */
export async function openDenoHost(deno: string, commit: "each" | "group"): Promise<Contender> {
  await mkdir(DATA, { recursive: true });
  const dataDir = await mkdtemp(join(DATA, "data-deno-"));
  const file = join(dataDir, "host.sqlite");
  const child = spawn(
    deno,
    ["run", "--quiet", "--no-config", "--allow-all", "--unstable-worker-options", HOST, file, commit],
    { env: { ...process.env, WEBHOOK_SECRET }, stdio: ["pipe", "pipe", "inherit"] },
  );
  const close = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    // It prints its address once it listens.
    const [url] = (await Promise.race([
      once(createInterface(child.stdout), "line"),
      once(child, "exit").then(() => Promise.reject(new Error("Cannot start the Deno host: it ended at once"))),
    ])) as [string];
    const history = openHistory(file);
    return {
      name: `Deno host, ${commit === "each" ? "a commit per event" : "group commit"}`,
      pids: [child.pid ?? null],
      webhook: { url: `${url}/webhook`, headers: WEBHOOK_HEADERS },
      history,
      async close() {
        history.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
