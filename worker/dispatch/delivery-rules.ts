// How a plugin wants its deliveries handled: `[delivery]` of its manifest.
import type { Manifest } from "../../schemas/manifest.ts";
import { MAX_RUNS_IN_FLIGHT_PER_PLUGIN } from "../limits.ts";

export type DeliveryRules = Manifest["delivery"];

const DEFAULTS: DeliveryRules = { order: "asset", concurrency: MAX_RUNS_IN_FLIGHT_PER_PLUGIN };

/** The manifest's rules. A version that was stored before there were any, or that nobody knows, has the defaults. */
export function deliveryRules(manifest: Partial<Pick<Manifest, "delivery">> | undefined): DeliveryRules {
  return manifest?.delivery ?? DEFAULTS;
}
