// Completion: the scripts are read by their shells where those are there, and bash completes with its own.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..", "..");
const commandLine = join(root, "cli", "kili-edge.ts");
const scratch = mkdtempSync(join(tmpdir(), "kili-edge-completion-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const run = (...args: string[]): string => execFileSync(process.execPath, [commandLine, ...args], { encoding: "utf8" });

const SHELLS = ["bash", "zsh", "fish"] as const;
const scripts = Object.fromEntries(
  SHELLS.map((shell) => {
    const file = join(scratch, shell);
    writeFileSync(file, run("completion", shell));
    return [shell, file];
  }),
);

describe("completion", () => {
  const isThere = (shell: string): boolean => spawnSync(shell, ["-c", "true"]).status === 0;

  it.each(SHELLS.map((shell) => [shell, isThere(shell)] as const))(
    "gives %s a script that it can read, if it is there (%s)",
    (shell, there) => {
      const file = scripts[shell] ?? "";
      if (there) expect(spawnSync(shell, ["-n", file], { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
      else expect(run("completion", shell)).toContain("kili-edge complete -- ");
    },
  );

  // What the package bash-completion brings, for words without quotes.
  const DRIVER = `
    _get_comp_words_by_ref() { cur=\${COMP_WORDS[COMP_CWORD]}; words=("\${COMP_WORDS[@]}"); cword=$COMP_CWORD; }
    kili-edge() { "$NODE" "$COMMAND_LINE" "$@"; }
    compopt() { :; }
    source "$SCRIPT"
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    __kili_edge_complete
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const inBash = (...words: string[]): string[] => {
    const env = { ...process.env, NODE: process.execPath, COMMAND_LINE: commandLine, SCRIPT: scripts["bash"] };
    const args = ["-c", DRIVER, "bash", "kili-edge", ...words];
    return execFileSync("bash", args, { cwd: root, env, encoding: "utf8" }).trim().split("\n");
  };

  it.each([
    [["back"], ["backfill"]],
    [["keys", "cr"], ["create"]],
    [["keys", "create", "ci", "--ro"], ["--role"]],
    [
      ["keys", "create", "ci", "--role", ""],
      ["viewer", "operator", "admin"],
    ],
    [
      ["run", "plugins/b"],
      ["plugins/bbox-count/", "plugins/box-size/"],
    ],
    [["push", "--data", "doc"], expect.arrayContaining(["docs/README.md", "docs/cli.md"])],
    [["send", "onSu"], ["onSubmit"]],
    [["send", "onSubmit", "--proj"], ["--project"]],
  ])("completes %j in bash", (words, offered) => {
    expect(inBash(...words)).toEqual(offered);
  });

  it("does not tell people of what only scripts call", () => {
    expect(run("--help")).toContain("completion <shell>");
    expect(run("--help")).not.toMatch(/^ {2}complete /m);
  });
});
