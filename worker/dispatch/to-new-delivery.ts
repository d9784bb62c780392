// A delivery as it is journalled first, of an event to what is active of a plugin.
import type { ActivePlugin } from "../../schemas/active-plugin.ts";
import type { DeadReason } from "../../schemas/run.ts";
import { createId } from "./create-id.ts";
import { deliveryRules } from "./delivery-rules.ts";
import type { NewDelivery } from "./journal.ts";
import { toLane } from "./lanes.ts";

export interface DeliveryFacts {
  readonly assetId: string | null;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly dead: DeadReason | null;
  readonly shadow: boolean;
}

/** Its lane is what its manifest's order asks for; the dead stand in none. */
export function toNewDelivery(
  { name, versionId, manifest }: ActivePlugin,
  { assetId, at, dead, shadow }: DeliveryFacts,
): NewDelivery {
  const lane = dead === null ? toLane(name, assetId, deliveryRules(manifest).order) : null;
  return { id: createId("dl", at), pluginName: name, versionId, lane, dead, shadow };
}
