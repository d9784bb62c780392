// How a run ended, in one word.
import type { OutcomeType } from "../../schemas/run.ts";
import { Pill } from "./pill.tsx";

export function OutcomePill({ type }: { readonly type: OutcomeType | null }) {
  if (type === null) return <Pill tone="plain">not yet</Pill>;
  return <Pill tone={type === "ok" ? "good" : "bad"}>{type.replaceAll("_", " ")}</Pill>;
}
