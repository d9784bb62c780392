// Takes the values of variables out of what a run leaves behind. Against accidents: who writes a plugin can spell a
// value in ways nobody looks for, and a value that was split over two lines, or cut off, is not found.

/** A value that must not be written down, and what to call it instead. */
export interface SecretValue {
  readonly name: string;
  readonly value: string;
}

/** A text without the values. */
export type Hide = (text: string) => string;

/** Longest name in a placeholder: with values in it again and again, a text must not outgrow its place. */
const MAX_NAME_CHARS = 32;
const MAX_GROWTH_CHARS = 64;

/**
 * Hides values of at least `minChars` characters, written plainly or as JSON, a URL or base64 write them. Shorter ones
 * are settings rather than secrets, and would be found in any text.
 */
export function createHide(secrets: readonly SecretValue[], minChars: number): Hide {
  const spellings = secrets
    .filter(({ value }) => value.length >= minChars)
    .flatMap(({ name, value }) => {
      const placeholder = `[redacted ${name.slice(0, MAX_NAME_CHARS)}]`;
      return spellingsOf(value).map((spelling) => ({ spelling, placeholder }));
    })
    // A value may begin with another.
    .toSorted((a, b) => b.spelling.length - a.spelling.length);
  return (text) => {
    let hidden = text;
    for (const { spelling, placeholder } of spellings)
      if (hidden.includes(spelling)) hidden = hidden.replaceAll(spelling, placeholder);
    return hidden === text ? text : hidden.slice(0, text.length + MAX_GROWTH_CHARS);
  };
}

function spellingsOf(value: string): string[] {
  const base64 = btoa(String.fromCharCode(...new TextEncoder().encode(value))).replace(/=+$/, "");
  return [...new Set([value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value.toWellFormed()), base64])];
}
