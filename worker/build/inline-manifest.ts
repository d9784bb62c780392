// A manifest inside a source file: comment lines from `/// kili-edge` to `///`, the form that Python's PEP 723 gave
// to scripts. Finds the text; what it may hold is the manifest's business.

// Either comment sign, the same on each line.
const OPENING = /^(#|\/\/) \/\/\/ kili-edge[ \t]*$/;

/**
 * The block's TOML on the lines and in the columns it has in `source`, so that its problems point there; null if
 * there is no block. A block that is not closed is none.
 */
export function inlineManifest(source: string): string | null {
  const lines = source.split(/\r?\n/);
  const start = lines.findIndex((line) => OPENING.test(line));
  const sign = OPENING.exec(lines[start] ?? "")?.[1];
  if (sign === undefined) return null;
  const toml = lines.slice(0, start + 1).map(() => "");
  for (const line of lines.slice(start + 1)) {
    if (!line.startsWith(sign)) return null;
    if (line.trimEnd() === `${sign} ///`) return toml.join("\n");
    toml.push(" ".repeat(sign.length) + line.slice(sign.length));
  }
  return null;
}
