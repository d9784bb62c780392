// What shells ask for: a script to install, and behind it, hidden, the words that may come next. The words are those of
// the commands' definitions; where a path is wanted, paths. A line is a word, a tab, and what it is: nothing is quoted.
import { readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import tab from "@bomb.sh/tab/commander";
import type { Command } from "commander";
import { root } from "./options.ts";

/** Values that are paths, by what they are called in the definitions. */
const PATHS = /<(?:directory|file|folder)>/;
const PATH_ARGUMENTS = ["folder", "folders"];
/** Values that are a sample's name or a path. */
const EVENT = "event";
const SHELLS = ["bash", "zsh", "fish"];

type Offer = (value: string, description: string) => void;

/** Adds completion, and what its scripts call. All other commands must be there already. */
export function addCompletionCommands(program: Command): void {
  const known = tab(program, { completionCommandName: "completion" });
  // The library's own scripts let the shell expand the names of files.
  const added = program.commands.find((command) => command.name() === "completion");
  if (added !== undefined) {
    const [shell] = added.registeredArguments;
    if (shell !== undefined) shell.choices(SHELLS).description = "the shell that the script is for";
    added.description("print the script that completes commands in a shell");
    const completed = known.commands.get(added.name());
    if (completed !== undefined) completed.description = added.description();
    added.action((shell: string) => {
      process.stdout.write(readFileSync(join(import.meta.dirname, `complete.${shell}`), "utf8"));
    });
  }

  for (const command of program.commands) {
    const completed = known.commands.get(command.name());
    if (completed === undefined) continue;
    for (const name of PATH_ARGUMENTS) {
      const argument = completed.arguments.get(name);
      if (argument !== undefined) argument.handler = completePath;
    }
    const event = completed.arguments.get(EVENT) ?? completed.options.get(EVENT);
    if (event !== undefined) event.handler = completeEvent;
    for (const { flags, long } of command.options) {
      const option = completed.options.get(long?.slice(2) ?? "");
      if (option !== undefined && PATHS.test(flags)) option.handler = completePath;
    }
  }
}

function completeEvent(complete: Offer): void {
  for (const file of readdirSync(join(root, "cli", "samples"))) complete(basename(file, ".json"), "");
  completePath(complete);
}

/** Offers what is at the path so far. The word that is completed is the command line's last. */
function completePath(complete: Offer): void {
  const word = process.argv.at(-1) ?? "";
  const [first, ...more] = pathsFrom(word);
  // A shell takes a single offer for the whole word, but in a folder there is more to say.
  const inside = first?.endsWith("/") && more.length === 0 ? pathsFrom(first) : [];
  const offers = inside.length > 0 ? inside : [first, ...more];
  for (const path of offers) if (path !== undefined) complete(path, path.endsWith("/") ? "folder" : "file");
}

/** A name with a control character is left out: it could be no line, or two. */
function pathsFrom(word: string): string[] {
  const folder = word.endsWith("/") ? word : word.includes("/") ? `${dirname(word)}/` : "";
  try {
    // Offered as it was typed: what stands for the home folder is the shell's to expand.
    return readdirSync(folder.replace(/^~\//, `${homedir()}/`) || ".", { withFileTypes: true })
      .map((entry) => `${folder}${entry.name}${entry.isDirectory() ? "/" : ""}`)
      .filter((path) => path.startsWith(word) && (word.endsWith(".") || !path.slice(folder.length).startsWith(".")))
      .filter((path) => !/\p{Cc}/u.test(path))
      .sort();
  } catch {
    return [];
  }
}
