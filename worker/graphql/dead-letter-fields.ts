// Dead letters: listing them, and deciding on them. A decision is made for a bounded number at a time, the oldest
// first; who asks for more asks again.
import type { ReplayAnswer } from "../../schemas/inbox.ts";
import type { Settlement } from "../../schemas/run.ts";
import { MAX_SETTLED_AT_ONCE } from "../limits.ts";
import { countDeadLetters } from "../store/count-dead-letters.ts";
import type { DeadLetterFilter } from "../store/dead-letter-condition.ts";
import type { DeliveryRow } from "../store/flush-batch.ts";
import { listDeadLetters } from "../store/list-dead-letters.ts";
import { recordAudit } from "../store/record-audit.ts";
import { settleDeadLetters } from "../store/settle-dead-letters.ts";
import type { GraphqlContext } from "./graphql-context.ts";
import { requestError } from "./request-error.ts";
import { toPage, type PageArguments } from "./to-page.ts";

type DeadLetterWhere = {
  readonly [Field in keyof DeadLetterFilter]?: DeadLetterFilter[Field];
};

interface WhereArgument {
  readonly where?: DeadLetterWhere | null;
}

interface SkipArgument {
  readonly skip?: number | null;
}

interface Refused {
  readonly deliveryId: string;
  readonly reason: Extract<ReplayAnswer, { type: "refused" }>["reason"];
}

export const deadLetterQueries = {
  deadLetters: (_: unknown, { where, ...page }: WhereArgument & PageArguments, { db }: GraphqlContext) =>
    listDeadLetters(db, toFilter(where), toPage(page, 50)),
  countDeadLetters: (_: unknown, { where }: WhereArgument, { db }: GraphqlContext) =>
    countDeadLetters(db, toFilter(where)),
};

export const deadLetterMutations = {
  replayDeadLetters: async (_: unknown, { where, skip }: WhereArgument & SkipArgument, context: GraphqlContext) => {
    const filter = toFilter(where);
    const answers = await decide(filter, skip ?? 0, context, (inbox, ids) => inbox.replay(ids));
    const replayed = answers.flatMap((answer) => (answer.type === "replayed" ? [answer] : []));
    const refused = answers.flatMap((answer): Refused[] => (answer.type === "refused" ? [answer] : []));
    const gone = refused.filter(({ reason }) => reason === "gone");
    await settle("replayed", replayed, context);
    await settle("expired", gone, context);
    if (replayed.length > 0) await audit("replayed", replayed.length, filter, context);
    return { replayed, refused, left: await countDeadLetters(context.db, filter) };
  },

  discardDeadLetters: async (_: unknown, { where }: WhereArgument, context: GraphqlContext) => {
    const filter = toFilter(where);
    if (Object.values(filter).every((value) => value === null)) {
      throw requestError(
        "BAD_USER_INPUT",
        "Cannot discard dead letters: the filter is open, wanted ids, a plugin, a project, a time, or another field",
      );
    }
    const discarded = await decide(filter, 0, context, (inbox, ids) => inbox.discard(ids));
    const rows = discarded.map((deliveryId) => ({ deliveryId }));
    await settle("discarded", rows, context);
    if (rows.length > 0) await audit("discarded", rows.length, filter, context);
    return { discarded: rows.length, left: await countDeadLetters(context.db, filter) };
  },
};

type Inboxes = GraphqlContext["env"]["INBOX"];

/** Takes the first dead letters of a filter to the inboxes they lie in. */
async function decide<Answer>(
  filter: DeadLetterFilter,
  skip: number,
  { db, env }: GraphqlContext,
  ask: (inbox: ReturnType<Inboxes["getByName"]>, deliveryIds: string[]) => Promise<readonly Answer[]>,
): Promise<Answer[]> {
  const page = { first: MAX_SETTLED_AT_ONCE, skip: Math.max(skip, 0) };
  const letters = await listDeadLetters(db, filter, page, "oldest");
  const answers: Answer[] = [];
  for (const [projectId, some] of Map.groupBy(letters, (letter: DeliveryRow) => letter.projectId)) {
    const ids = some.map(({ id }) => id);
    answers.push(...(await ask(env.INBOX.getByName(projectId), ids)));
  }
  return answers;
}

/** At once, though the inboxes will say the same: who asks again must not be given these again. */
async function settle(
  settled: Settlement,
  letters: readonly { readonly deliveryId: string }[],
  { db, now }: GraphqlContext,
): Promise<void> {
  if (letters.length === 0) return;
  const rows = letters.map(({ deliveryId }) => ({ deliveryId, settled, at: now() }));
  await settleDeadLetters(db, rows).run();
}

async function audit(
  action: "discarded" | "replayed",
  count: number,
  { ids, pluginName, projectId, ...rest }: DeadLetterFilter,
  { db, now, principal }: GraphqlContext,
): Promise<void> {
  const given = Object.entries(rest).flatMap(([name, value]) => (value === null ? [] : [`${name}=${value}`]));
  const detail = [`${count} dead letters`, ...(ids === null ? [] : [`of ${ids.length} ids`]), ...given].join(", ");
  const id = crypto.randomUUID();
  await recordAudit(db, {
    ...{ id, actor: principal.actor, action, pluginName, projectId, runId: null, detail, createdAt: now() },
  });
}

function toFilter(where: DeadLetterWhere | null | undefined): DeadLetterFilter {
  const ids = where?.ids ?? null;
  if (ids !== null && ids.length > MAX_SETTLED_AT_ONCE) {
    throw requestError(
      "BAD_USER_INPUT",
      `Cannot take dead letters: ${ids.length} ids, wanted at most ${MAX_SETTLED_AT_ONCE}`,
    );
  }
  return {
    ids,
    pluginName: where?.pluginName ?? null,
    projectId: where?.projectId ?? null,
    outcome: where?.outcome ?? null,
    reason: where?.reason ?? null,
    since: where?.since ?? null,
    until: where?.until ?? null,
    text: where?.text ?? null,
  };
}
