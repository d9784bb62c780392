// What an operator does about plugins that are held back: kills at this rate make suspects of innocents, whose events
// would all go to the dead letters unread.
import * as v from "valibot";
import { queryApi } from "../cli/api/query-api.ts";
import type { HostAccess } from "../cli/api/register-plugin.ts";

const PausesSchema = v.object({ pauses: v.array(v.object({ pluginName: v.string(), projectId: v.string() })) });
const RESUME = `mutation ($pluginName: String!, $projectId: ID!) {
  resumePlugin(where: { pluginName: $pluginName, projectId: $projectId })
}`;

/** Lifts what can be lifted now; the answer is how much. */
export async function resumePlugins(host: HostAccess): Promise<number> {
  const found = await queryApi(host, PausesSchema, "{ pauses { pluginName projectId } }", {});
  if (!found.ok) return 0;
  let resumed = 0;
  for (const pause of found.value.pauses) {
    if ((await queryApi(host, v.unknown(), RESUME, pause)).ok) resumed += 1;
  }
  return resumed;
}
