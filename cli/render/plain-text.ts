// Text of plugins and of senders, for a terminal: what would move its cursor or speak to it is shown, not obeyed.

const CONTROLS = /[^\P{Cc}\n\t]/gu;

/** The text with a sign in place of each control character but line ends and tabs. */
export function plainText(text: string): string {
  return text.replace(CONTROLS, "\u{fffd}");
}
