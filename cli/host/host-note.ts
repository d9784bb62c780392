// What a host says of itself while it runs, apart from its Worker's own log. How it is shown is the command's business.

/** A sentence, and the numbers and words that go with it. Never a secret. */
export interface HostNote {
  readonly level: "info" | "warning" | "error";
  readonly message: string;
  readonly facts?: Readonly<Record<string, string | number>>;
}

/** A note as a line for people: the sentence, and its facts in brackets. */
export function renderNote({ message, facts = {} }: HostNote): string {
  const rest = Object.entries(facts).map(([name, value]) => `${name} ${value}`);
  return rest.length === 0 ? message : `${message} (${rest.join(", ")})`;
}
