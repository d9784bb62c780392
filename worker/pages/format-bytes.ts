// Sizes as people say them, in the units that files are shown in.

const UNITS = ["B", "kB", "MB", "GB"] as const;

/** "812 B", "3.4 kB", "25 MB". */
export function formatBytes(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit > 0 && size < 10 ? size.toFixed(1) : Math.round(size)} ${UNITS[unit] ?? ""}`;
}
