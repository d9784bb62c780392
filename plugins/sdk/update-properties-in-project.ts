// kili.updatePropertiesInProject: changes a project's settings.
import { callKili, type KiliCaller } from "./call-kili.ts";
import { checkId } from "./check-id.ts";
import type { JsonInterface } from "./kili-nodes.ts";
import { toIdRows, type IdRow } from "./to-id-rows.ts";
import { toWhere } from "./to-where.ts";

const DOCUMENT = `mutation updatePropertiesInProject($data: ProjectData!, $where: ProjectWhere!) {
  data: updatePropertiesInProject(data: $data, where: $where) { id }
}`;

/** New settings; what is not given stays. */
export interface ProjectProperties {
  /** The plugin's own project by default. */
  readonly projectId?: string;
  readonly title?: string;
  readonly description?: string;
  readonly instructions?: string;
  readonly jsonInterface?: JsonInterface;
  readonly minConsensusSize?: number;
  /** In percent, as `reviewCoverage`. */
  readonly consensusTotCoverage?: number;
  readonly reviewCoverage?: number;
  readonly useHoneyPot?: boolean;
  readonly canNavigateBetweenAssets?: boolean;
  readonly canSkipAsset?: boolean;
  readonly archived?: boolean;
}

/** Changes the settings, and gives the project's id; null when Kili names none. */
export async function updatePropertiesInProject(
  caller: KiliCaller,
  { projectId = caller.projectId, jsonInterface, ...settings }: ProjectProperties,
): Promise<IdRow | null> {
  checkId("updatePropertiesInProject", "projectId", projectId);
  const data = toWhere({ ...settings, jsonInterface: jsonInterface && JSON.stringify(jsonInterface) });
  const variables = { data, where: { id: projectId } };
  return toIdRows(await callKili(caller, "updatePropertiesInProject", DOCUMENT, variables))[0] ?? null;
}
