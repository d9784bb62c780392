// The host as `wrangler dev` runs it: a process of its own, on an empty database, with secrets of its own. It takes
// nothing from the developer's .dev.vars or databases.
import { spawn, type ChildProcess } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const START_MS = 120_000;
const STOP_MS = 15_000;

export interface WranglerOptions {
  readonly root: string;
  readonly port: number;
  /** An empty folder. */
  readonly folder: string;
  readonly variables: Readonly<Record<string, string>>;
}

export interface WranglerHost {
  readonly url: string;
  /** Everything it printed so far. */
  output(): string;
  close(): Promise<void>;
}

/** Applies the migrations, starts `wrangler dev` and waits until it answers. */
export async function openWrangler({ root, port, folder, variables }: WranglerOptions): Promise<WranglerHost> {
  const state = join(folder, "state");
  const env = join(folder, "host.env");
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(env, lines.join(""), { mode: 0o600 });

  const migrating = wrangler(root, ["d1", "migrations", "apply", "kili-edge", "--local", "--persist-to", state]);
  if ((await migrating.exit) !== 0) throw new Error(`Cannot migrate:\n${migrating.output()}`);

  // With an --env-file, wrangler leaves .dev.vars alone.
  const args = ["dev", "--port", String(port), "--inspector-port", "0", "--persist-to", state, "--env-file", env];
  const host = wrangler(root, [...args, "--show-interactive-dev-session=false"]);
  const url = `http://localhost:${port}`;
  let ended = false;
  void host.exit.then(() => (ended = true));
  for (const deadline = Date.now() + START_MS; ; await sleep(200)) {
    if (await answers(`${url}/healthz`)) break;
    if (!ended && Date.now() < deadline) continue;
    await stop(host);
    throw new Error(`Cannot start wrangler dev: no answer at ${url}\n${host.output()}`);
  }
  return { url, output: host.output, close: () => stop(host) };
}

interface Running {
  readonly child: ChildProcess;
  readonly exit: Promise<number | null>;
  readonly output: () => string;
}

function wrangler(root: string, args: readonly string[]): Running {
  const cli = join(root, "node_modules", "wrangler", "bin", "wrangler.js");
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own: wrangler's own children end with it.
    detached: true,
    env: { ...process.env, CI: "true", NO_COLOR: "1", WRANGLER_SEND_METRICS: "false" },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => (output += text));
  }
  const exit = new Promise<number | null>((done) => {
    child.on("error", () => done(127));
    child.on("close", done);
  });
  return { child, exit, output: () => output };
}

async function stop({ child, exit }: Running): Promise<void> {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null) return;
  process.kill(-pid, "SIGINT");
  const ended = await Promise.race([exit.then(() => true), sleep(STOP_MS, false, { ref: false })]);
  if (!ended) process.kill(-pid, "SIGKILL");
}

function answers(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    (response) => response.ok,
    () => false,
  );
}
