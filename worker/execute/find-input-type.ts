// What kind of assets a project holds, for the sizes of pages. A guest may ask without a scope: the answer is one word
// about a project it may act on. It never fails; what cannot be found out is null.
import { EVERY_PROJECT } from "../kili/check-projects.ts";
import { sendOperation } from "../kili/send-operation.ts";
import type { KiliCallDeps } from "./call-kili.ts";
import type { DoorProps } from "./door-props.ts";

const OPERATION = {
  kind: "query",
  text: `query ($id: ID!, $first: PageSize!) { data: projects(where: { id: $id }, first: $first, skip: 0) { inputType } }`,
} as const;

/** Projects remembered; a project's input type never changes. */
const MAX_KNOWN = 1_000;

/**
 * The input type while the run is on, from `known` or from Kili, which counts as a call of the run. `projectId` may be
 * anything.
 */
export async function findInputType(
  { kiliProjects }: Pick<DoorProps, "kiliProjects">,
  projectId: unknown,
  deps: KiliCallDeps,
  known: Map<string, string>,
): Promise<string | null> {
  const { now, run, upstream } = deps;
  if (typeof projectId !== "string" || upstream === null) return null;
  if (!kiliProjects.includes(projectId) && !kiliProjects.includes(EVERY_PROJECT)) return null;
  // A stub that is kept for later is shut. What is known is not counted: each page of a long list asks.
  if (!(await run.isUnderWay())) return null;
  const remembered = known.get(projectId);
  if (remembered !== undefined) return remembered;

  const startedAt = now();
  if ((await run.begin()).type !== "allowed") return null;
  const sent = await sendOperation(upstream, OPERATION, { id: projectId, first: 1 }, deps);
  const inputType = sent.ok ? inputTypeOf(sent.value) : null;
  if (inputType !== null) {
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(projectId, inputType);
  }
  await run.end({
    kind: "kili",
    target: "projects",
    result: sent.ok ? "ok" : "failed",
    startedAt,
    ms: now() - startedAt,
    detail: sent.ok ? null : sent.failure.reason,
  });
  return inputType;
}

function inputTypeOf({ data }: Record<string, unknown>): string | null {
  const [project] = Array.isArray(data) ? (data as { readonly inputType?: unknown }[]) : [];
  return typeof project?.inputType === "string" ? project.inputType : null;
}
