// Edit distance between transcriptions: two rows of dynamic programming.
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (previous[j - 1] ?? 0) + (a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1);
      current.push(Math.min(replaced, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

const WORDS = ["transcription of an invoice", "transcripton of an invoise", "total amount due", "totl amonut deu"];

export function run(n: number): number {
  let total = 0;
  for (let round = 0; round < n; round += 1) {
    for (const a of WORDS) for (const b of WORDS) total += distance(a, b);
  }
  return total;
}
