// Events that are over: delivering one once more, and whether a project's are kept at all.
import type { ReplayRefusal } from "../../schemas/inbox.ts";
import { findByIds } from "../store/find-by-ids.ts";
import { hasProject } from "../store/has-project.ts";
import { events } from "../store/history-schema.ts";
import { recordAudit } from "../store/record-audit.ts";
import { setPayloadKeeping } from "../store/set-payload-keeping.ts";
import type { GraphqlContext } from "./graphql-context.ts";
import { requestError } from "./request-error.ts";

interface ReplayEventArguments {
  readonly where: { readonly eventId: string; readonly pluginName: string };
}

interface PayloadKeepingArguments {
  readonly where: { readonly projectId: string; readonly keep: boolean };
}

export const eventMutations = {
  replayEvent: async (_: unknown, { where }: ReplayEventArguments, { db, env, now, principal }: GraphqlContext) => {
    const { eventId, pluginName } = where;
    const cannot = `Cannot replay event ${JSON.stringify(eventId)}`;
    const event = (await findByIds(db, events, [eventId])).get(eventId);
    if (event === undefined) throw requestError("NOT_FOUND", `${cannot}: none has that id`);
    const { projectId } = event;
    const answer = await env.INBOX.getByName(projectId).replayEvent(eventId, pluginName);
    if (answer.type === "refused") throw requestError("NOT_FOUND", `${cannot}: ${describe(answer.reason, pluginName)}`);
    await recordAudit(db, {
      ...{ id: crypto.randomUUID(), actor: principal.actor, action: "replayed", pluginName, projectId, runId: null },
      ...{ detail: `event ${eventId}`, createdAt: now() },
    });
    return answer.deliveryId;
  },

  setPayloadKeeping: async (_: unknown, { where }: PayloadKeepingArguments, context: GraphqlContext) => {
    const { projectId, keep } = where;
    if (!(await hasProject(context.db, projectId))) {
      throw requestError(
        "NOT_FOUND",
        `Cannot set what project ${JSON.stringify(projectId)} keeps: no event came from it yet, wanted one that has an inbox`,
      );
    }
    await setPayloadKeeping(context.db, { projectId, keep, actor: context.principal.actor, now: context.now() });
    await context.onRegistryChanged(context.env, projectId);
    return `Project ${projectId} ${keep ? "keeps" : "does not keep"} payloads from now on`;
  },
};

function describe(reason: ReplayRefusal, pluginName: string): string {
  const name = JSON.stringify(pluginName);
  switch (reason) {
    case "gone":
      return "it is not kept any more";
    case "not_active":
      return `plugin ${name} is not active on its project, wanted one that is`;
    case "quarantined":
      return `plugin ${name} is quarantined on its project, wanted that to be lifted (resumePlugin)`;
  }
}
