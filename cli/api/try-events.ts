// Has a host try a version over events, order by order. It builds nothing and compares nothing.
import * as v from "valibot";
import { fail, ok, type Result } from "../../schemas/result.ts";
import {
  TrialAnswerSchema,
  type Recording,
  type TrialAnswer,
  type TriedEvent,
  type TrialOrder,
} from "../../schemas/trial.ts";
import type { CliFailure } from "../cli-failure.ts";
import { errorCode } from "../error-code.ts";
import { parseJson } from "../parse-json.ts";
import type { HostAccess } from "./register-plugin.ts";

/** Small enough for a bar that moves. */
const ORDER_EVENTS = 50;
const BUSY_MS = 1_000;
const MAX_BUSY = 60;

/** Tries all of the order's events; `onTried` is told of each answer. */
export async function tryEvents(
  host: HostAccess,
  order: TrialOrder,
  onTried: (events: number) => void,
): Promise<Result<TrialAnswer, CliFailure>> {
  const events: TriedEvent[] = [];
  const recorded: Recording = {};
  for (let left = order.eventIds; left.length > 0;) {
    const now = left.slice(0, ORDER_EVENTS);
    const answer = await post(host, { ...order, eventIds: now });
    if (!answer.ok) return answer;
    const tried = answer.value.events.filter(({ status }) => status !== "left");
    if (tried.length === 0)
      return failed("host_answered_badly", "an answer without events", "one that was tried at least");
    const done = new Set(tried.map(({ eventId }) => eventId));
    events.push(...tried);
    Object.assign(recorded, answer.value.recorded);
    left = left.filter((eventId) => !done.has(eventId));
    onTried(tried.length);
  }
  return ok({ events, recorded });
}

async function post(host: HostAccess, order: TrialOrder): Promise<Result<TrialAnswer, CliFailure>> {
  const body = JSON.stringify(order);
  for (let busy = 0; ; busy += 1) {
    let status: number;
    let text: string;
    try {
      const headers = { "content-type": "application/json", "x-api-key": host.adminKey };
      const response = await host.fetch(`${host.url}/api/trials`, { method: "POST", headers, body });
      status = response.status;
      text = await response.text();
    } catch (error) {
      return failed("host_unreachable", errorCode(error), "a running host");
    }
    if (status === 429 && text.includes('"busy"') && busy < MAX_BUSY) {
      await new Promise((resolve) => setTimeout(resolve, BUSY_MS));
      continue;
    }
    if (status !== 200) return failed("host_refused", `${status} ${text.slice(0, 500)}`, "200");
    const parsed = v.safeParse(TrialAnswerSchema, parseJson(text));
    return parsed.success
      ? ok(parsed.output)
      : failed("host_answered_badly", text.slice(0, 500), "what became of events");
  }
}

function failed(reason: CliFailure["reason"], found: string, wanted: string) {
  return fail({ reason, message: `Cannot try the plugin: ${found}, wanted ${wanted}` } satisfies CliFailure);
}
