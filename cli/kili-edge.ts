// The command line: names, options and exit codes. What a command does is in the file of its name.
import { enableCompileCache } from "node:module";
// The toolchain is megabytes of JavaScript; compiled once, it loads in half the time.
enableCompileCache();
import { join, resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { ROLES, type Role } from "../schemas/principal.ts";
import { DEAD_REASONS } from "../schemas/run.ts";
import type { DeadFlags } from "./run-dead.ts";
import type { PausesFlags } from "./run-pauses.ts";
import type { ReplayFlags } from "./run-replay.ts";
import type { KeysFlags } from "./run-keys.ts";
import type { RuntimeFlags } from "./runtime-limits.ts";
import type { ServeFlags } from "./run-serve.ts";
import type { SendFlags } from "./run-send.ts";
import type { PushFlags } from "./run-push.ts";

const root = resolve(import.meta.dirname, "..");
/** A runtime with a few plugins and nothing to do takes about half of it. */
const MIN_MEMORY_MB = 256;
const defaultData = join(root, ".kili-edge");

const program = new Command("kili-edge")
  .description("The edge runtime for Kili plugins")
  .showHelpAfterError("(--help lists what there is)");

program
  .command("start")
  .description("build the plugins and run the host on this machine")
  .option("-p, --port <number>", "port to listen on", parsePort, 8787)
  .option("--host <address>", "address to listen on", "127.0.0.1")
  .addOption(dataOption("where databases and journals are kept"))
  .option("--no-watch", "do not rebuild plugins when they are saved")
  .addOption(maxMemoryOption())
  .addOption(frozenOption())
  .action(async (options: HostOptions & { watch: boolean }) => {
    const { runStart } = await import("./run-start.ts");
    process.exitCode = await runStart({ ...options, root, defaultData });
  });

program
  .command("serve")
  .description("run the host for good: what was built, with secrets of yours, logging JSON lines")
  .requiredOption("-d, --data <directory>", "where databases and journals are kept")
  .option("-p, --port <number>", "port to listen on", parsePort, 8787)
  .option("--host <address>", "address to listen on", "127.0.0.1")
  .option("--secrets <file>", "NAME=value lines beside the environment's, readable by its owner only")
  .addOption(maxMemoryOption())
  .addOption(frozenOption())
  .option("--grace-seconds <number>", "how long running plugins may take to end when it stops", parseSeconds, 25)
  .action(async (options: Omit<ServeFlags, "root">) => {
    const { runServe } = await import("./run-serve.ts");
    process.exitCode = await runServe({ ...options, root });
  });

program
  .command("send")
  .description("post an event and show what the plugins did with it")
  .argument("<event>", "an event type that has a sample, such as onSubmit, or a JSON file")
  .option("--project <id>", "Kili project the event comes from")
  .option("--plugin <name>", "deliver to this plugin only")
  .option("--url <url>", "the host; without it, the one running on --data")
  .addOption(dataOption("data directory of the host to send to"))
  .option("--timeout <seconds>", "how long to wait for the deliveries", parseSeconds, 60)
  .option("--json", "print one JSON document instead of text")
  .action(async (event: string, options: SendOptions) => {
    const { runSend } = await import("./run-send.ts");
    process.exitCode = await runSend({ ...options, event, root });
  });

program
  .command("push")
  .description("build a plugin with its packages on this machine, and upload it to a host")
  .argument("<folder>", "the plugin's folder")
  .option("--url <url>", "the host; without it, the one running on --data")
  .addOption(dataOption("data directory of the host to push to"))
  .option("--timeout <seconds>", "how long to wait for the host's build", parseSeconds, 120)
  .option("--json", "print one JSON document instead of text")
  .action(async (folder: string, options: Omit<PushFlags, "root" | "folder">) => {
    const { runPush } = await import("./run-push.ts");
    process.exitCode = await runPush({ ...options, folder, root });
  });

const keys = program
  .command("keys")
  .description("API keys of a host; takes an admin's key in KILI_EDGE_API_KEY, or the one in .dev.vars");

keysCommand("list", "show the keys, but not their secrets").action(async (options: KeysOptions) => {
  const { runKeys } = await import("./run-keys.ts");
  process.exitCode = await runKeys({ ...options, root }, { type: "list" });
});

keysCommand("create", "make a key and print it, once")
  .argument("<name>", "who or what holds it")
  .addOption(new Option("--role <role>", "what it may do").choices(ROLES).makeOptionMandatory())
  .option("--expires <when>", "90d, 12h or a date; without it, the key holds until it is revoked")
  .action(async (name: string, { role, expires, ...options }: KeysOptions & CreateOptions) => {
    const { runKeys } = await import("./run-keys.ts");
    const command = { type: "create", name, role, ...(expires !== undefined && { expires }) } as const;
    process.exitCode = await runKeys({ ...options, root }, command);
  });

keysCommand("revoke", "end a key at once")
  .argument("<key>", "its name or id")
  .action(async (key: string, options: KeysOptions) => {
    const { runKeys } = await import("./run-keys.ts");
    process.exitCode = await runKeys({ ...options, root }, { type: "revoke", key });
  });

withFilter(hostCommand("dead", "list deliveries that ended badly and wait for somebody to decide"))
  .option("--limit <number>", "most to show", parseCount, 50)
  .action(async (options: Omit<DeadFlags, "root">) => {
    const { runDead } = await import("./run-dead.ts");
    process.exitCode = await runDead({ ...options, root });
  });

withFilter(hostCommand("replay", "deliver dead letters again, or events that are over (with --plugin)"))
  .argument("[ids...]", "deliveries, or events")
  .option("--dead", "all dead letters that the other options mean")
  .option("--discard", "give dead letters up instead of delivering them again")
  .action(async (ids: string[], options: Omit<ReplayFlags, "ids" | "root">) => {
    const { runReplay } = await import("./run-replay.ts");
    process.exitCode = await runReplay({ ...options, ids, root });
  });

hostCommand("pauses", "list plugins that a circuit breaker or quarantine holds back")
  .option("--plugin <name>", "of this plugin")
  .option("--project <id>", "on this project")
  .action(async (options: Omit<PausesFlags, "root">) => {
    const { runPauses } = await import("./run-pauses.ts");
    process.exitCode = await runPauses({ ...options, root });
  });

hostCommand("resume", "let a plugin that is held back on a project run again")
  .argument("<plugin>", "its name")
  .requiredOption("--project <id>", "the project")
  .action(async (plugin: string, options: Omit<PausesFlags, "plugin" | "root">) => {
    const { runPauses } = await import("./run-pauses.ts");
    process.exitCode = await runPauses({ ...options, plugin, resume: true, root });
  });

program
  .command("build")
  .description("build the plugins, and what runs inside their isolates, into dist/")
  .option("--check", "fail if a plugin does not build")
  .action(async (options: { check?: boolean }) => {
    const { runBuild } = await import("./run-build.ts");
    const built = await runBuild(root, options.check ? ["--check"] : []);
    process.stdout.write(built.ok ? built.value : "");
    process.stderr.write(built.ok ? "" : `${built.failure.message}\n`);
    process.exitCode = built.ok ? 0 : 1;
  });

await program.parseAsync();

interface HostOptions extends RuntimeFlags {
  readonly port: number;
  readonly host: string;
  readonly data: string;
}

type SendOptions = Omit<SendFlags, "root" | "event">;

type KeysOptions = Omit<KeysFlags, "root">;

interface CreateOptions {
  readonly role: Role;
  readonly expires?: string;
}

function keysCommand(name: string, description: string): Command {
  return hostCommand(name, description, keys);
}

/** A command that asks a host. */
function hostCommand(name: string, description: string, parent = program): Command {
  return parent
    .command(name)
    .description(description)
    .option("--url <url>", "the host; without it, the one running on --data")
    .addOption(dataOption("data directory of the host"))
    .option("--json", "print one JSON document instead of text");
}

/** The options that say which dead letters are meant. */
function withFilter(command: Command): Command {
  return command
    .option("--plugin <name>", "of this plugin")
    .option("--project <id>", "on this project")
    .option("--outcome <type>", "whose last attempt ended so, such as threw or timeout")
    .addOption(new Option("--reason <reason>", "that are dead for this reason").choices(DEAD_REASONS))
    .option("--since <when>", "made since then: 30m, 2h, 7d or a date")
    .option("--until <when>", "made before then")
    .option("--text <text>", "whose last attempt's words hold this");
}

function dataOption(description: string): Option {
  return new Option("-d, --data <directory>", description).default(defaultData, ".kili-edge");
}

function maxMemoryOption(): Option {
  return new Option("--max-memory-mb <number>", "start the runtime again when it takes more").argParser(parseMegabytes);
}

function frozenOption(): Option {
  const flag = "--frozen-seconds <number>";
  return new Option(flag, "start the runtime again when it computes for longer without an answer").argParser(
    parseSeconds,
  );
}

function parseMegabytes(text: string): number {
  const megabytes = Number(text);
  if (Number.isInteger(megabytes) && megabytes >= MIN_MEMORY_MB) return megabytes;
  throw new InvalidArgumentError(`Wanted a number of megabytes from ${MIN_MEMORY_MB} on.`);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new InvalidArgumentError("Wanted a port number.");
}

function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 500) return count;
  throw new InvalidArgumentError("Wanted a number from 1 to 500.");
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (seconds > 0) return seconds;
  throw new InvalidArgumentError("Wanted a number of seconds above 0.");
}
