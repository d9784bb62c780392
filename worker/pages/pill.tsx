// A state in one word: by its text first, then by form and colour.
import type { Child } from "hono/jsx";

export type Tone = "good" | "bad" | "wait" | "plain";

export function Pill({ tone, children }: { readonly tone: Tone; readonly children: Child }) {
  return <span class={`pill ${tone}`}>{children}</span>;
}
