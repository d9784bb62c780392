// Completion: the scripts are read by their shells where those are there, and bash completes with its own.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
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

  // What readline does around the function: it cuts the line to words as they are typed, and quotes what is offered as
  // file names (compopt).
  const DRIVER = `
    kili-edge() { "$NODE" "$COMMAND_LINE" "$@"; }
    compopt() { [[ "$*" == "-o filenames" && -z $OLD ]] && quoted=yes; }
    source "$SCRIPT" && source "$SCRIPT"
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    "$(complete -p kili-edge | sed 's/.*-F \\([^ ]*\\) .*/\\1/')" kili-edge
    printf '%s\\0' "\${quoted-plain}" "\${COMPREPLY[@]}"`;
  const askBash = (cwd: string, ...words: string[]) => askSomeBash("", cwd, ...words);
  const askSomeBash = (old: "" | "old", cwd: string, ...words: string[]) => {
    const env = {
      OLD: old,
      ...process.env,
      NODE: process.execPath,
      COMMAND_LINE: commandLine,
      SCRIPT: scripts["bash"],
    };
    const said = spawnSync("bash", ["-c", DRIVER, "bash", "kili-edge", ...words], { cwd, env, encoding: "utf8" });
    const [quoted, ...offered] = said.stdout.split("\0").slice(0, -1);
    return { quoted: quoted === "yes", offered, stderr: said.stderr };
  };
  const inBash = (...words: string[]): string[] => askBash(root, ...words).offered;

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
      ["plugins/bbox-count", "plugins/box-size"],
    ],
    [["push", "--data", "doc"], expect.arrayContaining(["docs/README.md", "docs/cli.md"])],
    [["send", "onSu"], ["onSubmit"]],
    [["send", "onSubmit", "--proj"], ["--project"]],
  ])("completes %j in bash", (words, offered) => {
    expect(inBash(...words)).toEqual(offered);
  });

  const HOSTILE = ["$(touch RAN)", "`touch RAN`", "a b", "it's", 'say "so"', "new\nline", "*", "~", "-x", ";touch RAN"];

  it("offers what folders are called as it is, and runs none of it", () => {
    const cwd = mkdtempSync(join(scratch, "hostile-"));
    for (const name of HOSTILE) mkdirSync(join(cwd, name));
    const all = askBash(cwd, "push", "");
    // A line is an offer: a name of two lines is none.
    const offered = HOSTILE.filter((name) => !name.includes("\n"));
    expect(all).toEqual({ quoted: true, offered: offered.sort(), stderr: "" });
    // Words are typed with their quotes, of which the last may be open.
    for (const typed of ["'$(to", '"\\$(to', "\\$\\(to", "$(to", "'$(touch RAN)'"])
      expect(askBash(cwd, "push", typed).offered).toEqual(["$(touch RAN)"]);
    expect(askBash(cwd, "check", "$(touch RAN)", '"$(touch RAN)"', "`touch RAN`", "a\\ ").offered).toEqual(["a b"]);
    // An old bash has no compopt.
    const byOld = { quoted: false, offered: ["\\$\\(touch\\ RAN\\)/"], stderr: "" };
    expect(askSomeBash("old", cwd, "push", "$")).toEqual(byOld);
    expect(readdirSync(cwd).sort()).toEqual([...HOSTILE].sort());
  });

  it("completes a value after its option's =, and leaves words that are no files unquoted", () => {
    expect(askBash(root, "push", "--data", "=", "doc")).toMatchObject({ quoted: true, stderr: "" });
    expect(inBash("keys", "create", "ci", "--role", "=")).toEqual(["viewer", "operator", "admin"]);
    expect(askBash(root, "back")).toMatchObject({ quoted: false, stderr: "" });
  });

  it("completes in the home folder, as it was typed", () => {
    const home = mkdtempSync(join(scratch, "home-"));
    mkdirSync(join(home, "plugins", "one"), { recursive: true });
    const offered = execFileSync(process.execPath, [commandLine, "complete", "--", "push", "~/pl"], {
      ...{ encoding: "utf8", env: { ...process.env, HOME: home } },
    });
    expect(offered.split("\n")[0]).toBe("~/plugins/one/\tfolder");
  });

  it.runIf(isThere(SHELLS[2]))("completes values in fish, after an option's = too", () => {
    const inFish = (line: string): string[] => {
      const script = `function kili-edge; ${process.execPath} ${commandLine} $argv; end; source ${scripts["fish"]}; complete -C ${JSON.stringify(line)}`;
      const said = spawnSync(SHELLS[2], ["-N", "-c", script], { cwd: root, encoding: "utf8" });
      return said.stdout
        .trimEnd()
        .split("\n")
        .map((offer) => offer.split("\t")[0] ?? "");
    };
    expect(inFish("kili-edge keys create ci --role o")).toEqual(["operator"]);
    expect(inFish("kili-edge keys create ci --role=o")).toEqual(["--role=operator"]);
    expect(inFish("kili-edge push --data=plugins/b")).toEqual([
      "--data=plugins/bbox-count/",
      "--data=plugins/box-size/",
    ]);
  });

  it("does not tell people of what only scripts call", () => {
    expect(run("--help")).toContain("completion <shell>");
    expect(run("--help")).not.toMatch(/^ {2}complete /m);
  });
});
