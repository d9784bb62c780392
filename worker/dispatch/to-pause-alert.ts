// What operators are told when a plugin is held back, or runs again.
import type { Alert } from "../../schemas/alert.ts";
import type { Pause } from "../../schemas/pause.ts";

/** The alert of a change: `pause` is what holds the plugin back now, `before` what did. Null for nothing. */
export function toPauseAlert(
  pluginName: string,
  pause: Pause | null,
  before: Pause | null,
): Pick<Alert, "message" | "pluginName" | "type"> {
  const name = JSON.stringify(pluginName);
  if (pause === null) {
    return before?.state === "quarantined"
      ? { type: "quarantine_lifted", pluginName, message: `Plugin ${name} is no longer quarantined` }
      : { type: "breaker_closed", pluginName, message: `Plugin ${name} runs again` };
  }
  return pause.state === "quarantined"
    ? { type: "quarantined", pluginName, message: `Plugin ${name} is quarantined: ${pause.reason}` }
    : { type: "breaker_opened", pluginName, message: `Plugin ${name} is paused: ${pause.reason}` };
}
