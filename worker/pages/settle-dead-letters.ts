// What the forms on dead letters do, each by one mutation of the API: those that were ticked, or all that the filter
// means. A mutation decides on a bounded number; what is left is said.
import * as v from "valibot";
import type { Result } from "../../schemas/result.ts";
import { MAX_SETTLED_AT_ONCE } from "../limits.ts";
import { callInName } from "./call-in-name.ts";
import { filterOf } from "./dead-letters.tsx";
import { redirectWith } from "./flash.ts";
import { formatCount } from "./format-count.ts";
import { ownPath } from "./own-path.ts";
import type { PageContext } from "./page-env.ts";

const ReplayedSchema = v.object({
  answer: v.object({
    replayed: v.array(v.unknown()),
    refused: v.array(v.object({ reason: v.string() })),
    left: v.number(),
  }),
});
const DiscardedSchema = v.object({ answer: v.object({ discarded: v.number(), left: v.number() }) });

/** Answers `POST /dead-letters/replay`. */
export async function replayLetters(c: PageContext): Promise<Response> {
  const document = `mutation ($where: DeadLetterWhere!) {
    answer: replayDeadLetters(where: $where) { replayed { replayId } refused { reason } left } }`;
  return decide(c, document, (data) => {
    const { replayed, refused, left } = v.parse(ReplayedSchema, data).answer;
    const reasons = [...new Set(refused.map(({ reason }) => reason.replaceAll("_", " ")))].join(", ");
    const not = refused.length === 0 ? "" : `; ${formatCount(refused.length)} not: ${reasons}`;
    const more = c.var.form.text("all") !== "" && left > refused.length ? `; ${formatCount(left)} are left` : "";
    return { good: refused.length === 0, text: `Replayed ${formatCount(replayed.length, "dead letter")}${not}${more}` };
  });
}

/** Answers `POST /dead-letters/discard`. */
export async function discardLetters(c: PageContext): Promise<Response> {
  const document = `mutation ($where: DeadLetterWhere!) { answer: discardDeadLetters(where: $where) { discarded left } }`;
  return decide(c, document, (data) => {
    const { discarded } = v.parse(DiscardedSchema, data).answer;
    return { good: true, text: `Discarded ${formatCount(discarded, "dead letter")}` };
  });
}

async function decide(
  c: PageContext,
  document: string,
  toSentence: (data: unknown) => { readonly good: boolean; readonly text: string },
): Promise<Response> {
  const { form } = c.var;
  const where = filterOf((name) => form.text(name));
  const path = form.text("to") === "" ? toPath(where) : ownPath(form.text("to"));
  const ids = form.all("id").slice(0, MAX_SETTLED_AT_ONCE);
  const isAll = form.text("all") !== "";
  if (!isAll && ids.length === 0) return redirectWith(c, path, { tone: "bad", text: "Nothing was selected" });
  const variables = { where: isAll ? where : { ids } };
  const done: Result<unknown, string> = await callInName(c, document, variables);
  if (!done.ok) return redirectWith(c, path, { tone: "bad", text: done.failure });
  const { good, text } = toSentence(done.value);
  return redirectWith(c, path, { tone: good ? "good" : "bad", text });
}

function toPath({ pluginName, projectId, reason, text }: ReturnType<typeof filterOf>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ plugin: pluginName, project: projectId, reason, text })) {
    if (value !== null) query.set(name, value);
  }
  return query.size === 0 ? "/dead-letters" : `/dead-letters?${query.toString()}`;
}
