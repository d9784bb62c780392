// Webhooks at the network's far end: one for each path, which keeps what it was sent. Runs in Node.
// The query says how it answers: `answer` lists statuses, one for each delivery, the last for all that follow ("hang"
// keeps silent); `text` is what it says, `echo` has it say the headers it got, `location` is where it redirects.
import { createHash } from "node:crypto";
import { Response, type Request } from "miniflare";

export interface RecordedDelivery {
  readonly headers: Record<string, string>;
  /** The body; null when it is long. */
  readonly text: string | null;
  readonly bytes: number;
  readonly sha256: string;
}

const MAX_TEXT_BYTES = 300 * 1024;
const HANG_MS = 3_000;
const deliveries = new Map<string, RecordedDelivery[]>();

/** Keeps a POST and answers as its URL says; a GET reads what was kept. */
export async function answerWebhook(request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const kept = deliveries.get(pathname) ?? [];
  deliveries.set(pathname, kept);
  if (request.method === "GET") return Response.json(kept);

  const body = Buffer.from(await request.arrayBuffer());
  const headers = Object.fromEntries(request.headers);
  kept.push({
    headers,
    text: body.byteLength <= MAX_TEXT_BYTES ? body.toString("utf8") : null,
    bytes: body.byteLength,
    sha256: createHash("sha256").update(body).digest("hex"),
  });
  const answers = (searchParams.get("answer") ?? "204").split(",");
  const answer = answers[Math.min(kept.length, answers.length) - 1] ?? "204";
  if (answer === "hang") {
    await new Promise((resolve) => setTimeout(resolve, HANG_MS));
    return new Response(null, { status: 204 });
  }
  const status = Number(answer);
  const location = searchParams.get("location");
  const text = searchParams.has("echo") ? JSON.stringify(headers) : searchParams.get("text");
  return new Response(status === 204 ? null : text, { status, headers: location === null ? {} : { location } });
}
