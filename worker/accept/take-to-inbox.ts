// Takes events to their project's inbox, and says what became of each of them.
import type { Env } from "../env.ts";
import { log } from "../log.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { AcceptAnswer, IncomingEvent } from "../../schemas/inbox.ts";
import type { AcceptFailure } from "./accept-failure.ts";

export type Accepted = Extract<AcceptAnswer, { type: "accepted" | "duplicate" }>;

/** Events of one project, at most `MAX_CALL_EVENTS`; an answer for each of them, in their order. */
export async function takeToInbox(
  projectId: string,
  events: readonly IncomingEvent[],
  env: Pick<Env, "INBOX">,
): Promise<readonly Result<Accepted, AcceptFailure>[]> {
  let answers: readonly AcceptAnswer[];
  try {
    answers = JSON.parse(await env.INBOX.getByName(projectId).accept(events)) as AcceptAnswer[];
  } catch (error) {
    // The object was restarted or is overloaded: nothing was promised, and the sender is told so.
    log("error", "inbox did not answer", { project: projectId, error });
    const failure: AcceptFailure = { reason: "inbox_unavailable", message: "the project's inbox did not answer" };
    return events.map(() => fail(failure));
  }
  return answers.map((answer, index) => toResult(answer, events[index]?.onlyPlugin ?? null));
}

function toResult(answer: AcceptAnswer, onlyPlugin: string | null): Result<Accepted, AcceptFailure> {
  switch (answer.type) {
    case "accepted":
    case "duplicate":
      return ok(answer);
    case "unavailable":
      return fail({ reason: "inbox_unavailable", message: answer.reason });
    case "full":
      return fail(
        answer.level === "bodies" ? { reason: "bodies_under_way" } : { reason: "inbox_full", level: answer.level },
      );
    case "unknown_plugin":
      return fail({ reason: "unknown_plugin", pluginName: onlyPlugin ?? "" });
  }
}
