// The dead command: which deliveries ended badly and wait for somebody to decide.
import * as v from "valibot";
import { ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { deadLetterFilter, type DeadLetterFlags } from "../api/dead-letter-filter.ts";
import { findHostAccess, type HostFlags } from "../api/find-host-access.ts";
import { plainText } from "../render/plain-text.ts";
import { queryApi } from "../api/query-api.ts";
import { renderTable } from "../render/render-table.ts";
import { renderTime } from "../render/render-time.ts";
import { sayResult, type Said } from "../say-result.ts";

export interface DeadFlags extends HostFlags, DeadLetterFlags {
  readonly limit: number;
  readonly json?: boolean;
}

const LetterSchema = v.object({
  id: v.string(),
  eventId: v.string(),
  projectId: v.string(),
  pluginName: v.string(),
  attempts: v.number(),
  deadReason: v.nullable(v.string()),
  lastOutcome: v.nullable(v.string()),
  updatedAt: v.string(),
  runs: v.array(v.object({ outcome: v.object({ message: v.string() }) })),
});
const LettersSchema = v.object({ deadLetters: v.array(LetterSchema), countDeadLetters: v.number() });
const LETTERS = `query Dead($where: DeadLetterWhere, $first: PageSize!) {
  countDeadLetters(where: $where)
  deadLetters(where: $where, first: $first) {
    id eventId projectId pluginName attempts deadReason lastOutcome updatedAt
    runs(first: 20) { outcome { message } }
  }
}`;
const HEAD = ["DEAD SINCE", "PLUGIN", "PROJECT", "WHY", "ATTEMPTS", "LAST WORDS", "DELIVERY"];
const MAX_WORDS_CHARS = 60;

/** Lists dead letters; the answer is the exit code. */
export async function runDead(flags: DeadFlags): Promise<number> {
  return sayResult(await list(flags), flags.json ?? false);
}

async function list(flags: DeadFlags): Promise<Result<Said, CliFailure>> {
  const where = deadLetterFilter(flags, Date.now());
  if (!where.ok) return where;
  const host = await findHostAccess(flags, "list dead letters");
  if (!host.ok) return host;
  const answer = await queryApi(host.value, LettersSchema, LETTERS, { where: where.value, first: flags.limit });
  if (!answer.ok) return answer;
  const { deadLetters: letters, countDeadLetters: total } = answer.value;
  if (total === 0) return ok({ json: answer.value, text: "No dead letters." });
  const rows = letters.map((letter) => [
    renderTime(letter.updatedAt, "minute"),
    letter.pluginName,
    letter.projectId,
    (letter.deadReason === "failed" ? letter.lastOutcome : letter.deadReason) ?? "-",
    String(letter.attempts),
    toWords(letter.runs.at(-1)?.outcome.message),
    letter.id,
  ]);
  const rest = total - letters.length;
  const more = rest > 0 ? { aside: `${rest} more: give --limit, or narrow it down` } : {};
  return ok({ json: answer.value, text: renderTable(HEAD, rows), ...more });
}

function toWords(message = "-"): string {
  const [line = ""] = plainText(message).split("\n");
  return line.length > MAX_WORDS_CHARS ? `${line.slice(0, MAX_WORDS_CHARS - 1)}…` : line;
}
