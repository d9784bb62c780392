// docs/cli.md is what the commands' definitions say. After a change of them: npx vitest run -u
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { format } from "prettier";
import { describe, expect, it } from "vitest";
import { createProgram } from "../../cli/program/create-program.ts";
import { renderCliReference } from "../../cli/reference/render-cli-reference.ts";

const root = resolve(import.meta.dirname, "..", "..");

it("docs/cli.md says what the definitions say", async () => {
  const page = await format(renderCliReference(createProgram()), { parser: "markdown", printWidth: 120 });
  await expect(page).toMatchFileSnapshot(join(root, "docs", "cli.md"));
});

/** The command a line of words means, and those of its words that it does not know. */
function judge(words: readonly string[]): { name: string; unknown: string[] } {
  let command: Command = createProgram();
  const rest = [...words];
  for (let next; (next = command.commands.find((each) => each.name() === rest[0])) !== undefined; rest.shift())
    command = next;
  const flags = rest.filter((word) => /^-{1,2}[a-z]/.test(word)).map((word) => word.split("=")[0] ?? "");
  const known = [...command.options.flatMap(({ long, short }) => [long, short]), "--help"];
  return { name: command.name(), unknown: flags.filter((flag) => !known.includes(flag)) };
}

/** What stands in blocks for a terminal, line by line, and in backquotes. */
function commandsIn(text: string): string[] {
  const blocks = [...text.matchAll(/^ *```(?:sh|console)\n([^]*?)^ *```/gm)].map(([, block]) => block ?? "");
  const inline = [...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code ?? "");
  return [...blocks.flatMap((block) => block.split("\n")), ...inline].flatMap((line) => {
    const found = /^\s*(?:\$ )?(?:npx |npm run (?:-s )?)?kili-edge (?:-- )?([a-z][^#|&]*)/.exec(line);
    return found === null ? [] : [found[1]?.trim() ?? ""];
  });
}

describe("commands that pages show", () => {
  const pages = ["README.md", "AGENTS.md", ...globSync("docs/*.md", { cwd: root })].filter(
    (page) => page !== "docs/cli.md",
  );
  const shown = pages.flatMap((page) =>
    commandsIn(readFileSync(join(root, page), "utf8")).map((line) => [page, line] as const),
  );

  it("are found", () => {
    expect(shown).toContainEqual(["docs/delivery.md", "dead --plugin bbox-count --since 2h"]);
  });

  it.each(shown)("%s: kili-edge %s", (_, line) => {
    const { name, unknown } = judge(line.split(/\s+/));
    expect(name, "a command that exists").not.toBe("kili-edge");
    expect(unknown, "options that exist").toEqual([]);
  });
});
