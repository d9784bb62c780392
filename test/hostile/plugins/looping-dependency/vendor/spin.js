// A stand-in for a package whose loop the author never looked at.
export function spin() {
  for (let i = 0; ; i = (i + 1) % 7);
}
