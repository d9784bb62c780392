// Where a delivery stands, in one word.
import type { DeliveryState } from "../../schemas/run.ts";
import { Pill, type Tone } from "./pill.tsx";

const TONES: Readonly<Record<DeliveryState, Tone>> = { pending: "wait", done: "good", dead: "bad" };

export function DeliveryPill({ state }: { readonly state: DeliveryState }) {
  return <Pill tone={TONES[state]}>{state}</Pill>;
}
