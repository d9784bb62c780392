// Finds IBANs in text with regular expressions and checks their digits.
const IBAN = /\b([A-Z]{2})(\d{2})((?:\s?[A-Z0-9]{4}){3,7}(?:\s?[A-Z0-9]{1,3})?)\b/g;

const TEXT = [
  "Please pay to FR76 3000 6000 0112 3456 7890 189 before Friday.",
  "Account DE89 3704 0044 0532 0130 00, or GB29NWBK60161331926819 for pounds.",
  "No account here, only amounts: 12,50 EUR and 1 300 DOLLARS.",
  "Wrong: FR00 1234 5678 9012 3456 7890 123.",
].join("\n");

function hasValidCheckDigits(iban: string): boolean {
  const rearranged = iban.slice(4) + iban.slice(0, 4);
  let remainder = 0;
  for (const character of rearranged) {
    const digits = /\d/.test(character) ? character : String(character.charCodeAt(0) - 55);
    for (const digit of digits) remainder = (remainder * 10 + Number(digit)) % 97;
  }
  return remainder === 1;
}

export function run(n: number): number {
  let valid = 0;
  for (let round = 0; round < n; round += 1) {
    for (const match of TEXT.matchAll(IBAN)) {
      if (hasValidCheckDigits(match[0].replaceAll(/\s/g, ""))) valid += 1;
    }
  }
  return valid;
}
