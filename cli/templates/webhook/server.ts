// A webhook for kili-edge: `node server.ts` with Node 24, which is `npx node` in this project. Registered with
// `header="Bearer <WEBHOOK_TOKEN>"`, it gets the events it asks for with the host's retries. It answers at once and does
// its work afterwards; ids it knows are not worked on again.
import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import process from "node:process";

const MAX_BODY_BYTES = 25 * 1024 * 1024;
const token = process.env["WEBHOOK_TOKEN"] ?? "";
const port = Number(process.env["PORT"] ?? 3000);
if (token === "") throw new Error("Cannot start: found no WEBHOOK_TOKEN, wanted the secret of the registered header");

interface Delivery {
  readonly eventType: string;
  readonly payload: unknown;
}

/** The rule. Whatever it throws is logged: the event was taken when it was answered. */
function work({ eventType, payload }: Delivery): void {
  console.log(eventType, JSON.stringify(payload).length, "characters");
}

// In memory: keep ids in your database, beside what the work changes.
const known = new Set<string>();

const server = createServer((request, response) => {
  receive(request).then(
    ([status, words]) => response.writeHead(status).end(words),
    (error: unknown) => response.writeHead(400).end(String(error)),
  );
});

async function receive(request: IncomingMessage): Promise<[status: number, words: string]> {
  if (!isAuthorized(request.headers.authorization ?? "")) return [401, "found another Authorization header"];
  const id = request.headers["webhook-id"];
  if (typeof id !== "string") return [400, "found no webhook-id"];
  const delivery = JSON.parse(await readBody(request)) as Delivery;
  if (known.has(id)) return [200, "known"];
  known.add(id);
  setImmediate(() => {
    try {
      work(delivery);
    } catch (error) {
      console.error(id, error);
    }
  });
  return [202, "taken"];
}

function isAuthorized(header: string): boolean {
  const [given, wanted] = [Buffer.from(header), Buffer.from(`Bearer ${token}`)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_BODY_BYTES) throw new Error(`found more than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

server.listen(port, () => {
  const address = server.address();
  console.log("Listening on port", typeof address === "object" ? address?.port : address);
});
