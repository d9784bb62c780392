// What follows from an ending besides its being written: of pauses, of suspects. It must keep no ending from being
// written, and no other one from being followed up.
import { log } from "../log.ts";
import type { ClaimedDelivery } from "./claimed-delivery.ts";

/** Takes the step, and logs what it throws. */
export function followUp({ id, pluginName }: ClaimedDelivery, step: () => void): void {
  try {
    step();
  } catch (error) {
    log("error", "an ending could not be followed up in full", { delivery: id, plugin: pluginName, error });
  }
}
