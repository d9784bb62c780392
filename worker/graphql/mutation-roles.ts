// Which role each mutation of this host takes, the one table of it. A mutation that is not in it is refused.
import type { Role } from "../../schemas/principal.ts";

/** A Map, so that no mutation's name reaches Object.prototype. */
export const MUTATION_ROLES: ReadonlyMap<string, Role> = new Map<string, Role>([
  ["activatePluginOnProject", "operator"],
  ["backfillEvents", "operator"],
  ["createApiKey", "admin"],
  ["createPlugin", "operator"],
  ["createPluginRunner", "operator"],
  ["createWebhook", "operator"],
  ["deactivatePluginOnProject", "operator"],
  ["deletePlugin", "operator"],
  ["discardDeadLetters", "operator"],
  ["generateUpdateUrl", "operator"],
  ["replayDeadLetters", "operator"],
  ["replayEvent", "operator"],
  ["resumePlugin", "operator"],
  ["revokeApiKey", "admin"],
  ["rollbackPlugin", "operator"],
  ["setActivationMode", "operator"],
  ["setPayloadKeeping", "operator"],
  ["tryPlugin", "operator"],
  ["updatePluginRunner", "operator"],
  ["updateWebhook", "operator"],
]);
