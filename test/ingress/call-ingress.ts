// Requests to the ingress: whole ones, and whatever bytes a test writes. It reuses no connection.
import { once } from "node:events";
import { request, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { buffer } from "node:stream/consumers";

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  /** Names and values in turn. */
  readonly headers?: readonly string[];
  readonly body?: string | Uint8Array;
}

export interface Answered {
  readonly status: number;
  readonly statusMessage: string;
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A request whose body is still to be written. */
export function beginCall(port: number, { method = "GET", path = "/", headers = [] }: Sent): ClientRequest {
  return request({ host: "127.0.0.1", port, agent: false, method, path, headers: ["Host", "kili.test", ...headers] });
}

/** Rejects where the answer breaks off. */
export async function callIngress(port: number, { body, headers = [], ...sent }: Sent): Promise<Answered> {
  const length = body === undefined ? [] : ["Content-Length", String(Buffer.byteLength(body))];
  const begun = beginCall(port, { ...sent, headers: [...headers, ...length] });
  // As bytes: text would take the head along into its encoding.
  begun.end(body === undefined ? undefined : Buffer.from(body));
  return readAnswer(begun);
}

/** What becomes of a request that was begun. */
export async function readAnswer(begun: ClientRequest): Promise<Answered> {
  const answer = await answerTo(begun);
  // An upload that is cut off once there is an answer is the answer's business.
  begun.on("error", () => undefined);
  const { statusCode = 0, statusMessage = "", rawHeaders, headers } = answer;
  return { status: statusCode, statusMessage, rawHeaders, headers, body: await buffer(answer) };
}

/** Writes bytes on one connection, and resolves with all that comes until the other side closes it. */
export async function sayRaw(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(text, "latin1");
  return (await buffer(socket)).toString("latin1");
}

/** The head of its answer. */
export async function answerTo(begun: ClientRequest): Promise<IncomingMessage> {
  const [answer] = (await once(begun, "response")) as [IncomingMessage];
  return answer;
}
