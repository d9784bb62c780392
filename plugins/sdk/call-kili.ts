// One GraphQL call through the host, and its failures as errors a plugin's author can act on.
import type { KiliDoorAnswer } from "../../schemas/guest.ts";
// From the barrel, which is one module for harness and plugin in an isolate: so a plugin's `instanceof` holds.
import { KiliError, NotCapable } from "./index.ts";

/** Sends a document to Kili by way of the host, which holds the key and checks the permission. */
export type SendToKili = (document: string, variables: Record<string, unknown>) => Promise<KiliDoorAnswer>;

/** What a client method needs of the run it belongs to. */
export interface KiliCaller {
  readonly send: SendToKili;
  readonly projectId: string;
  /** What kind of assets a project holds, such as `VIDEO`; null where the host cannot say. */
  readonly inputType: (projectId: string) => Promise<string | null>;
}

/**
 * Calls one operation, whose document must alias its root field as `data`.
 *
 * @returns The root field's value, as Kili gave it.
 * @throws NotCapable without the permission; KiliError when the call failed.
 */
export async function callKili(
  { send }: Pick<KiliCaller, "send">,
  operation: string,
  document: string,
  variables: Record<string, unknown>,
): Promise<unknown> {
  return (await sendDocument(send, operation, document, variables))["data"];
}

/** The `data` of any document's answer; `operation` is what errors call it. */
export async function sendDocument(
  send: SendToKili,
  operation: string,
  document: string,
  variables: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const answer = await send(document, variables);
  if (!("error" in answer)) return answer.data;
  const { name, message, path, retryAfterMs = null } = answer.error;
  if (name === "NotCapable") throw new NotCapable(message);
  throw new KiliError({ operation, path: path ?? null, code: name, reason: message, retryAfterMs });
}
