// Filling in what the webhook missed, a page at a time.
import type { BackfillFailure } from "../../schemas/backfill.ts";
import { recordAudit } from "../store/record-audit.ts";
import type { GraphqlContext } from "./graphql-context.ts";
import { requestError } from "./request-error.ts";

interface BackfillArguments {
  readonly data: {
    readonly projectId: string;
    readonly since: number;
    readonly until?: number | null;
    readonly skip?: number | null;
  };
}

export const backfillMutations = {
  backfillEvents: async (_: unknown, { data }: BackfillArguments, context: GraphqlContext) => {
    const { backfillPage, db, env, now, principal } = context;
    const { projectId, since } = data;
    const order = { projectId, since, until: data.until ?? now(), skip: Math.max(data.skip ?? 0, 0) };
    if (projectId.length < 1 || projectId.length > 256 || order.until < since) {
      throw requestError(
        "BAD_USER_INPUT",
        "Cannot backfill: the project or the times are unusable, wanted a project's id and a time before until",
      );
    }
    const page = await backfillPage(order, { env, now });
    if (!page.ok) throw toError(projectId, page.failure);
    if (page.value.delivered > 0) {
      await recordAudit(db, {
        ...{ id: crypto.randomUUID(), actor: principal.actor, action: "backfilled", pluginName: null, projectId },
        ...{ runId: null, detail: `${page.value.delivered} events`, createdAt: now() },
      });
    }
    return page.value;
  },
};

function toError(projectId: string, failure: BackfillFailure): Error {
  const cannot = `Cannot backfill project ${JSON.stringify(projectId)}`;
  switch (failure.reason) {
    case "not_connected":
      return requestError("NOT_CONNECTED", `${cannot}: the host has no API key of Kili's, wanted KILI_API_KEY`);
    case "kili":
      return requestError("KILI_ERROR", `${cannot}: ${failure.message}`);
    case "inbox_refuses":
      return requestError(
        "BUSY",
        `${cannot}: its inbox takes no events now (${failure.found}), wanted it to; ask again`,
      );
  }
}
