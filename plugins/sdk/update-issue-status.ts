// kili.updateIssueStatus: solves, cancels or opens an issue again.
import { callKili, type KiliCaller } from "./call-kili.ts";
import { checkId } from "./check-id.ts";
import type { IssueStatus } from "./kili-nodes.ts";
import { toIdRows, type IdRow } from "./to-id-rows.ts";

const DOCUMENT = `mutation updatePropertiesInIssue($data: IssueData!, $where: IssueWhere!) {
  data: updatePropertiesInIssue(data: $data, where: $where) { id }
}`;

/** Sets the status, and gives the issue's id; null when Kili names none. */
export async function updateIssueStatus(
  caller: KiliCaller,
  { issueId, status }: { readonly issueId: string; readonly status: IssueStatus },
): Promise<IdRow | null> {
  checkId("updateIssueStatus", "issueId", issueId);
  const variables = { data: { status }, where: { id: issueId } };
  return toIdRows(await callKili(caller, "updatePropertiesInIssue", DOCUMENT, variables))[0] ?? null;
}
