// How a plugin wants its deliveries handled: `[delivery]` of its manifest.
import { isPython } from "../../schemas/is-python.ts";
import type { Manifest } from "../../schemas/manifest.ts";
import { MAX_PYTHON_ISOLATES_PER_PLUGIN, MAX_RUNS_IN_FLIGHT_PER_PLUGIN } from "../limits.ts";

export type DeliveryRules = Manifest["delivery"];

const DEFAULTS: DeliveryRules = { order: "asset", concurrency: MAX_RUNS_IN_FLIGHT_PER_PLUGIN };

/** The manifest's rules. A version that was stored before there were any, or that nobody knows, has the defaults. */
export function deliveryRules(manifest: Partial<Pick<Manifest, "delivery" | "main">> | undefined): DeliveryRules {
  const rules = manifest?.delivery ?? DEFAULTS;
  if (manifest?.main === undefined || !isPython({ main: manifest.main })) return rules;
  return { ...rules, concurrency: Math.min(rules.concurrency, MAX_PYTHON_ISOLATES_PER_PLUGIN) };
}
