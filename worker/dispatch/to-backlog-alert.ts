// What operators are told when an inbox begins to refuse events, and when it takes them again.
import type { Alert } from "../../schemas/alert.ts";
import type { BacklogLevel } from "../../schemas/inbox.ts";

/** The alert of a change to `level`. */
export function toBacklogAlert(level: BacklogLevel): Pick<Alert, "message" | "pluginName" | "type"> {
  switch (level) {
    case "room":
      return { type: "backpressure_off", pluginName: null, message: "The project's inbox takes events again" };
    case "too_many":
      return {
        type: "backpressure_on",
        pluginName: null,
        message: "The project's inbox refuses events: too many deliveries wait",
      };
    case "too_large":
      return {
        type: "backpressure_on",
        pluginName: null,
        message: "The project's inbox refuses events: its journal is too large",
      };
  }
}
