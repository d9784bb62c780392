// Which plugins are in Python: their main file's name says so.

/** True for a plugin whose main file is in Python; all others are scripts. */
export function isPython({ main }: { readonly main: string }): boolean {
  return main.endsWith(".py");
}
