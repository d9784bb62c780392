// The commands that a page shows in its blocks for a terminal. What stands in a line of prose is not among them.

export interface ShownCommand {
  readonly page: string;
  readonly line: string;
  /** What the page says that it prints. */
  readonly output: readonly string[];
}

/** In the page's order. A block of `sh` is all commands; in one of `console` they begin with `$`. */
export function listCommands(page: string, text: string): ShownCommand[] {
  const commands: { page: string; line: string; output: string[] }[] = [];
  for (const [, language, block = ""] of text.matchAll(/^ *```(sh|bash|console)\n([^]*?)^ *```$/gm)) {
    for (const line of block.split("\n").map((each) => each.trim())) {
      if (line === "" || line.startsWith("# ")) continue;
      const [, command = language === "console" ? undefined : line] = /^\$ (.*)$/.exec(line) ?? [];
      if (command !== undefined) commands.push({ page, line: command, output: [] });
      else commands.at(-1)?.output.push(line);
    }
  }
  return commands;
}
