// Which language a plugin's main file is in, one row per language. How each is compiled is its own file's business.
import { compilePython } from "./compile-python.ts";
import { compileScript } from "./compile-script.ts";
import type { Compile } from "./language.ts";

const LANGUAGES: readonly { readonly main: RegExp; readonly compile: Compile }[] = [
  { main: /\.(?:ts|js|mjs)$/, compile: compileScript },
  { main: /\.py$/, compile: compilePython },
];

/** How a plugin with this main file is compiled. The manifest's schema lets no other file be one. */
export function languageOf(main: string): Compile {
  const language = LANGUAGES.find((each) => each.main.test(main));
  if (language === undefined) throw new Error(`Cannot choose language: no row for "${main}"`);
  return language.compile;
}
