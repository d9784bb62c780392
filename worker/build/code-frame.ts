// Shows the lines around a place in a text, with a marker under it. Knows nothing of what is wrong there.

const LINES_AROUND = 1;
/** Longer lines (minified dependencies) are cut around the place. */
const MAX_LINE_CHARACTERS = 160;

/** A frame of the lines around `line`:`column`, both counted from 1, marking `length` characters. */
export function codeFrame(text: string, line: number, column: number, length = 1, around = LINES_AROUND): string {
  const lines = text.split(/\r?\n/);
  const first = Math.max(1, line - around);
  const last = Math.min(lines.length, line + around);
  const width = String(last).length;
  const cut = Math.max(0, column - MAX_LINE_CHARACTERS / 2);
  const show = (number: number): string => (lines[number - 1] ?? "").slice(cut, cut + MAX_LINE_CHARACTERS);
  const frame: string[] = [];
  for (let number = first; number <= last; number += 1) {
    const gutter = `${number === line ? ">" : " "} ${String(number).padStart(width)} |`;
    frame.push(`${gutter} ${show(number)}`.trimEnd());
    if (number !== line) continue;
    const before = show(number).slice(0, column - 1 - cut);
    const marked = Math.max(1, Math.min(length, show(number).length - before.length));
    // Tabs are kept, so that the marker stays under what it marks.
    frame.push(`  ${" ".repeat(width)} | ${before.replaceAll(/[^\t]/g, " ")}${"^".repeat(marked)}`);
  }
  return frame.join("\n");
}
