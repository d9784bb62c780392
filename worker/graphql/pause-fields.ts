// Plugins that are held back on projects: who they are, and letting one run again.
import type { PauseRow } from "../store/flush-batch.ts";
import { hasProject } from "../store/has-project.ts";
import { listPauses } from "../store/list-pauses.ts";
import { recordAudit } from "../store/record-audit.ts";
import type { GraphqlContext } from "./graphql-context.ts";
import { requestError } from "./request-error.ts";
import { toPage, type PageArguments } from "./to-page.ts";

interface PausesArguments extends PageArguments {
  readonly where?: { readonly pluginName?: string | null; readonly projectId?: string | null } | null;
}

interface ResumeArguments {
  readonly where: { readonly pluginName: string; readonly projectId: string };
}

export const pauseQueries = {
  pauses: (_: unknown, { where, ...page }: PausesArguments, { db }: GraphqlContext) => {
    const pluginName = where?.pluginName ?? null;
    const filter = { pluginNames: pluginName === null ? null : [pluginName], projectId: where?.projectId ?? null };
    return listPauses(db, filter, toPage(page, 100));
  },
};

export const pauseFields = {
  // An open breaker whose time is up lets one delivery try: nobody writes that down, it is so.
  state: ({ state, until }: PauseRow, _: unknown, { now }: GraphqlContext) =>
    state === "open" && until !== null && until <= now() ? "half_open" : state,
};

export const pauseMutations = {
  resumePlugin: async (_: unknown, { where }: ResumeArguments, { db, env, now, principal }: GraphqlContext) => {
    const { pluginName, projectId } = where;
    const cannot = `Cannot resume plugin ${JSON.stringify(pluginName)} on project ${JSON.stringify(projectId)}`;
    const [held] = await listPauses(db, { pluginNames: [pluginName], projectId }, { first: 1, skip: 0 });
    if (!(await hasProject(db, projectId)) || !(await env.INBOX.getByName(projectId).resume(pluginName))) {
      throw requestError("NOT_FOUND", `${cannot}: it is not held back there, wanted one of the query "pauses"`);
    }
    const id = crypto.randomUUID();
    await recordAudit(db, {
      ...{ id, actor: principal.actor, action: "resumed", pluginName, projectId, runId: null },
      ...{ detail: held?.reason ?? "", createdAt: now() },
    });
    return `Plugin with name ${pluginName} successfully resumed on project ${projectId}`;
  },
};
