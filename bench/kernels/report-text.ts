// Builds a report as text: string pieces, padding, escaping.
const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escape(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}

export function run(n: number): number {
  let bytes = 0;
  for (let round = 0; round < n; round += 1) {
    let table = "";
    for (let row = 0; row < 80; row += 1) {
      const cells = [`asset-${row}`, `"quoted" & <tagged> ${row % 7}`, (row / 3).toFixed(2)];
      table += `| ${cells.map((cell) => escape(cell).padEnd(40)).join(" | ")} |\n`;
    }
    let checksum = 0;
    for (let i = 0; i < table.length; i += 1) checksum = (checksum * 31 + table.charCodeAt(i)) | 0;
    bytes += table.length + (checksum & 1);
  }
  return bytes;
}
