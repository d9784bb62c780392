// Refuses a write whose id got lost. JSON drops what is undefined, and a condition that has lost its id is about
// everything that is left of it: a project's assets, say, in the place of one. TypeScript prevents most of that, and
// nothing does in a plugin that is written in JavaScript.

/** Throws a TypeError in the name of `method` unless its argument can name something. */
export function checkId(method: string, argument: string, id: unknown): void {
  if (typeof id === "string" && id !== "") return;
  const found = id === "" ? "an empty string" : id === null ? "null" : typeof id;
  throw new TypeError(`Cannot call ${method}: found ${found} as "${argument}", wanted an id`);
}
