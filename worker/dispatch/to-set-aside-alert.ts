// What operators are told when the database refuses a part of a project's history.
import type { Alert } from "../../schemas/alert.ts";

/** The alert of the first thing that is set aside. */
export function toSetAsideAlert(reason: string): Pick<Alert, "message" | "pluginName" | "type"> {
  const message = `The database refuses a part of the project's history, which is set aside: ${reason}`;
  return { type: "history_refused", pluginName: null, message };
}
