// Options that several commands share, and how their texts are read.
import { join, resolve } from "node:path";
import { InvalidArgumentError, Option, type Command } from "commander";
import { DEAD_REASONS } from "../../schemas/run.ts";

/** The project's own folder. */
export const root = resolve(import.meta.dirname, "..", "..");
export const defaultData = join(root, ".kili-edge");

/** A runtime with a few plugins and nothing to do takes about half of it. */
const MIN_MEMORY_MB = 256;
/** A day. Timers take no more than some weeks, and end at once beyond. */
const MAX_SECONDS = 86_400;

/** A command that asks a host. */
export function hostCommand(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .option("--url <url>", "the host; without it, the one running on --data")
    .addOption(dataOption("data directory of the host"))
    .option("--json", "print one JSON document instead of text");
}

/** The options that say which dead letters are meant. */
export function withFilter(command: Command): Command {
  return command
    .option("--plugin <name>", "of this plugin")
    .option("--project <id>", "on this project")
    .option("--outcome <type>", "whose last attempt ended so, such as threw or timeout")
    .addOption(new Option("--reason <reason>", "that are dead for this reason").choices(DEAD_REASONS))
    .option("--since <when>", "made since then: 30m, 2h, 7d or a date")
    .option("--until <when>", "made before then")
    .option("--text <text>", "whose last attempt's words hold this");
}

export function dataOption(description: string): Option {
  return new Option("-d, --data <directory>", description).default(defaultData, ".kili-edge");
}

export function maxMemoryOption(): Option {
  return new Option("--max-memory-mb <number>", "start the runtime again when it takes more").argParser(parseMegabytes);
}

export function frozenOption(): Option {
  const flag = "--frozen-seconds <number>";
  return new Option(flag, "start the runtime again when it computes for longer without an answer").argParser(
    parseSeconds,
  );
}

export function parseMegabytes(text: string): number {
  const megabytes = Number(text);
  if (Number.isInteger(megabytes) && megabytes >= MIN_MEMORY_MB) return megabytes;
  throw new InvalidArgumentError(`Wanted a number of megabytes from ${MIN_MEMORY_MB} on.`);
}

export function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new InvalidArgumentError("Wanted a port from 1 to 65535.");
}

export function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 500) return count;
  throw new InvalidArgumentError("Wanted a number from 1 to 500.");
}

export function parseEvents(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 10_000) return count;
  throw new InvalidArgumentError("Wanted a number from 1 to 10000.");
}

export function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= MAX_SECONDS) return seconds;
  throw new InvalidArgumentError(`Wanted a number of seconds above 0, at most ${MAX_SECONDS}.`);
}
