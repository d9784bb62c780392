// Decodes run-length masks into pixels and measures their agreement: the tightest loops a rule has.
function decode(runs: readonly number[], size: number): Uint8Array {
  const mask = new Uint8Array(size);
  let at = 0;
  let value = 0;
  for (const length of runs) {
    if (value === 1) for (let i = at; i < at + length && i < size; i += 1) mask[i] = 1;
    at += length;
    value = 1 - value;
  }
  return mask;
}

function dice(a: Uint8Array, b: Uint8Array): number {
  let both = 0;
  let either = 0;
  for (let i = 0; i < a.length; i += 1) {
    const left = a[i] ?? 0;
    const right = b[i] ?? 0;
    both += left & right;
    either += left + right;
  }
  return either === 0 ? 1 : (2 * both) / either;
}

export function run(n: number): number {
  const size = 64 * 64;
  let total = 0;
  for (let round = 0; round < n; round += 1) {
    const a = decode(
      Array.from({ length: 120 }, (_, i) => 10 + ((i * 7) % 50)),
      size,
    );
    const b = decode(
      Array.from({ length: 120 }, (_, i) => 12 + ((i * 11) % 45)),
      size,
    );
    total += dice(a, b);
  }
  return total;
}
