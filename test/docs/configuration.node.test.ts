// docs/configuration.md names the variables that a host reads, each of them and no others.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { kiliCallsPerMinute, type Env } from "../../worker/env.ts";
import { DEFAULT_KEEP_DAYS, MAX_DEAD_LETTER_BYTES, MAX_DEAD_LETTERS_PER_PLUGIN } from "../../worker/limits.ts";

const root = resolve(import.meta.dirname, "..", "..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");

it("docs/configuration.md names every variable of Env", () => {
  const env = [...read("worker/env.ts").matchAll(/^ {2}readonly ([A-Z_]+)\?: string;$/gm)].map(([, name]) => name);
  expect(env.length).toBeGreaterThan(20);
  const named = [...read("docs/configuration.md").matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, name]) => name);
  // What a plugin calls its own variable.
  const page = new Set(named.filter((name) => name !== "NAME"));
  expect(page).toEqual(new Set(env));
});

it("docs/configuration.md says how many calls Kili takes unless the deployment says otherwise", () => {
  const [, said] = /^\| `KILI_CALLS_PER_MINUTE` +\| (\d+) +\|/m.exec(read("docs/configuration.md")) ?? [];
  expect(Number(said)).toBe(kiliCallsPerMinute({} as Env));
});

it("docs/operations.md says for how long things are kept unless the deployment says otherwise", () => {
  const rows = [...read("docs/operations.md").matchAll(/^\| `([A-Z_]+)_KEEP_DAYS` +\| (\d+) +\|/gm)];
  const said = rows.map(([, name = "", days]) => {
    const words = name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    return [words === "payload" ? "payloads" : words, Number(days)] as const;
  });
  expect(Object.fromEntries(said)).toEqual(DEFAULT_KEEP_DAYS);
});

it.each(["guarantees", "operations"])("docs/%s.md says when dead letters go before their age is over", (page) => {
  const text = read(`docs/${page}.md`);
  const [, letters = ""] = /([\d,]+) of one plugin on a\sproject/.exec(text) ?? [];
  const [, gigabytes] = /(\d+) GB(?: of a project's inbox|: they are what keeps)/.exec(text) ?? [];
  expect(Number(letters.replaceAll(",", ""))).toBe(MAX_DEAD_LETTERS_PER_PLUGIN);
  expect(Number(gigabytes) * 1024 ** 3).toBe(MAX_DEAD_LETTER_BYTES);
});
