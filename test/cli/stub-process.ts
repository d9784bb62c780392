// A copy of stub-host in a directory of its own, and the command line on it in processes that tests can kill.
import { spawn, type ChildProcess } from "node:child_process";
import { cp, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { findRuntimes, type Runtime } from "../../chaos/find-runtimes.ts";
import { freePort } from "../../cli/host/free-port.ts";

const project = resolve(import.meta.dirname, "..", "..");

export interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly exit: Promise<number | null>;
  /** The workerd processes below it, as the system has them. */
  readonly runtimes: () => Promise<readonly Runtime[]>;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Flags beside the port, the data directory and so on. */
  readonly flags?: Readonly<Record<string, unknown>>;
}

export interface Stub {
  readonly root: string;
  readonly port: number;
  run(command: "serve" | "start", options?: RunOptions): Started;
  get(path: string): Promise<unknown>;
  /** Kills what still runs and deletes the directory. */
  remove(): Promise<void>;
}

/** Makes the copy; nothing runs yet. */
export async function makeStub(): Promise<Stub> {
  const root = await mkdtemp(join(tmpdir(), "kili-edge-start-"));
  await cp(join(import.meta.dirname, "stub-host"), root, { recursive: true });
  await cp(join(project, "cli", "host", "workerd.sh"), join(root, "cli", "host", "workerd.sh"));
  await symlink(join(project, "node_modules"), join(root, "node_modules"));
  await writeFile(join(root, "package.json"), '{"type":"module"}');
  const port = await freePort();
  const running = new Map<ChildProcess, Promise<unknown>>();
  return {
    root,
    port,
    run(command, { env = {}, flags = {} } = {}) {
      const data = join(root, "data");
      const all = { root, port, host: "127.0.0.1", data, defaultData: data, watch: false, graceSeconds: 5, ...flags };
      const program = join(import.meta.dirname, "start-host.ts");
      const child = spawn(process.execPath, [program, command, JSON.stringify(all)], {
        cwd: root,
        env: { ...process.env, ...env },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let text = "";
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (text += String(chunk)));
      const exit = new Promise<number | null>((done) => child.on("close", done));
      running.set(child, exit);
      const runtimes = async () => (child.pid === undefined ? [] : findRuntimes(child.pid));
      return { child, output: () => text, exit, runtimes };
    },
    async get(path) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      return response.status === 204 ? null : response.json();
    },
    async remove() {
      for (const child of running.keys()) child.kill("SIGKILL");
      await Promise.all(running.values());
      await rm(root, { recursive: true, force: true });
    },
  };
}
