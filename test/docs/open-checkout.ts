// A checkout of its own to run commands in as a reader would, with the installed packages of this one. Whatever they
// write stays in it.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { ROOT } from "../../bench/open-worker.ts";

const FILES = ["browser", "cli", "plugins", "schemas", "worker"].concat([
  "package.json",
  "tsconfig.base.json",
  "tsconfig.json",
  "wrangler.toml",
]);
const COMMAND_MS = 60_000;

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

export interface Going {
  readonly output: () => string;
  /** Ends all of it, and waits until it is over. */
  end(): Promise<void>;
}

export interface Checkout {
  readonly folder: string;
  /** Runs a line of bash to its end. */
  run(line: string): Promise<Ended>;
  /** Runs a line that goes on until it is ended. */
  start(line: string, variables?: Readonly<Record<string, string>>): Going;
  remove(): Promise<void>;
}

/** Makes it. `kili-edge` is on the PATH there, as `npm link` puts it. */
export async function openCheckout(): Promise<Checkout> {
  const folder = await mkdtemp(join(tmpdir(), "kili-edge-docs-"));
  for (const name of FILES) await cp(join(ROOT, name), join(folder, name), { recursive: true });
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const bin = join(folder, ".bin");
  await mkdir(bin);
  await symlink(join(folder, "cli", "kili-edge.mjs"), join(bin, "kili-edge"));
  const env = {
    PATH: [bin, process.env["PATH"]].join(delimiter),
    HOME: folder,
    NO_COLOR: "1",
    CI: "true",
    npm_config_update_notifier: "false",
  };
  const going = new Set<Going>();
  const open = (line: string, variables: object = {}): ChildProcess =>
    // A process group, since npm does not hand every signal on.
    spawn("bash", ["-c", line], { cwd: folder, env: { ...env, ...variables }, detached: true });
  return {
    folder,
    async run(line) {
      const child = open(line);
      const output = collect(child);
      const timer = setTimeout(() => signal(child, "SIGKILL"), COMMAND_MS);
      const [code] = (await once(child, "close")) as [number | null];
      clearTimeout(timer);
      return { code, output: output() };
    },
    start(line, variables) {
      const child = open(line, variables);
      const closed = once(child, "close");
      const self: Going = {
        output: collect(child),
        async end() {
          going.delete(self);
          signal(child, "SIGTERM");
          const timer = setTimeout(() => signal(child, "SIGKILL"), COMMAND_MS);
          await closed;
          clearTimeout(timer);
        },
      };
      going.add(self);
      return self;
    },
    async remove() {
      for (const each of going) await each.end();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function collect(child: ChildProcess): () => string {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (some) => (text += some));
  return () => text;
}

function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, name);
  } catch {
    // It has ended by itself.
  }
}
