// The host as a process that can be killed: `kili-edge serve`, or `wrangler dev`, on a data directory that stays. It
// comes back when it is told to; its runtime comes back by itself.
import { spawn, type ChildProcess } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findRuntimes, type Runtime } from "./find-runtimes.ts";

const ROOT = resolve(import.meta.dirname, "..");
const START_MS = 120_000;

export interface HostProcessOptions {
  readonly kind: "serve" | "wrangler";
  readonly port: number;
  /** An empty folder. */
  readonly folder: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Flags beside those it takes to be found and killed. */
  readonly flags?: readonly string[];
}

export interface HostProcess {
  readonly kind: HostProcessOptions["kind"];
  readonly url: string;
  readonly dataDir: string;
  /** Everything it printed, over all its lives. */
  output(): string;
  /** Starts it, and resolves when it answers. */
  start(): Promise<void>;
  /** Resolves when it answers again. */
  answers(): Promise<void>;
  /** Kills the workerd that runs the Worker; who runs it starts it again. */
  killRuntime(): Promise<boolean>;
  /** Kills the one that keeps the database; false where there is none. */
  killDatabase(): Promise<boolean>;
  /** Kills every process of it at once. */
  killAll(): Promise<void>;
  /** Ends it as its user would; the answer is its exit code. */
  stop(): Promise<number | null>;
}

/** The host; it does not run yet. */
export async function createHostProcess(options: HostProcessOptions): Promise<HostProcess> {
  const { kind, port, folder, variables, flags = [] } = options;
  const dataDir = join(folder, "data");
  const url = `http://127.0.0.1:${port}`;
  const secrets = join(folder, "secrets");
  await writeFile(secrets, variablesFile(variables), { mode: 0o600 });
  const [program, args] =
    kind === "serve"
      ? ["cli/kili-edge.ts", ["serve", "--port", String(port), "--data", dataDir, "--secrets", secrets]]
      : [
          "node_modules/wrangler/bin/wrangler.js",
          ["dev", "--port", String(port), "--inspector-port", "0", "--persist-to", dataDir, "--env-file", secrets],
        ];
  let text = "";
  let child: ChildProcess | null = null;

  const answers = async (): Promise<void> => {
    for (const until = Date.now() + START_MS; ; await sleep(50)) {
      const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
      await response?.arrayBuffer().catch(() => null);
      if (response?.ok === true) return;
      if (Date.now() > until)
        throw new Error(`Cannot go on: no answer at ${url} after ${START_MS} ms\n${text.slice(-4_000)}`);
    }
  };
  const kill = async (which: (runtime: Runtime) => boolean): Promise<boolean> => {
    const found = (await findRuntimes(child?.pid ?? 0)).find(which);
    return found !== undefined && killIfAlive(found.pid);
  };
  return {
    kind,
    url,
    dataDir,
    output: () => text,
    answers,
    async start() {
      if (kind === "wrangler" && text === "") await migrate(dataDir);
      child = spawn(process.execPath, [join(ROOT, program), ...args, ...flags], {
        cwd: ROOT,
        // A group of its own, so that all of it can be killed at once.
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...process.env, CI: "true", NO_COLOR: "1", WRANGLER_SEND_METRICS: "false" },
      });
      for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (text += String(chunk)));
      await answers();
    },
    killRuntime: () => kill(({ isDatabase }) => !isDatabase),
    killDatabase: () => kill(({ isDatabase }) => isDatabase),
    async killAll() {
      // The runtime is in a session of its own, where the signal to the host's group does not reach it.
      const runtimes = await findRuntimes(child?.pid ?? 0);
      const killed = signal(child, "SIGKILL");
      for (const { pid } of runtimes) killIfAlive(pid);
      await killed;
    },
    async stop() {
      await signal(child, kind === "serve" ? "SIGTERM" : "SIGINT");
      return child?.exitCode ?? null;
    },
  };
}

async function signal(child: ChildProcess | null, name: NodeJS.Signals): Promise<void> {
  if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((done) => child.once("close", done));
  process.kill(-child.pid, name);
  await closed;
}

/** Whether there was something to kill. */
function killIfAlive(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}

function variablesFile(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}

async function migrate(dataDir: string): Promise<void> {
  const args = ["d1", "migrations", "apply", "kili-edge", "--local", "--persist-to", dataDir];
  const child = spawn(process.execPath, [join(ROOT, "node_modules/wrangler/bin/wrangler.js"), ...args], {
    cwd: ROOT,
    stdio: "ignore",
    env: { ...process.env, CI: "true", WRANGLER_SEND_METRICS: "false" },
  });
  const code = await new Promise((done) => child.once("close", done));
  if (code !== 0) throw new Error(`Cannot migrate "${dataDir}": wrangler ended with ${String(code)}`);
}
