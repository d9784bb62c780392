// What a user would build instead of kili-edge, on Deno: a webhook that journals in SQLite, runs the rule in a Web
// Worker without permissions, and keeps a history. It meters nothing, and knows no manifests, no doors and no retries.
// `deno run host.ts <database file> <each|group>`; prints its address, and ends when its input does.
import { DatabaseSync } from "node:sqlite";
import { createPluginWorker } from "./create-plugin-worker.ts";
import { createStore, type JournalledEvent } from "./create-store.ts";

const RUNS_IN_FLIGHT = 32;
const FLUSH_WAIT_MS = 50;

const [file = "host.sqlite", commit = "each"] = Deno.args;
const secret = Deno.env.get("WEBHOOK_SECRET");
const store = createStore(new DatabaseSync(file));
const plugin = createPluginWorker(new URL("./plugin-worker.ts", import.meta.url));

let queue: JournalledEvent[] = [];
let next = 0;
let running = 0;
let finished: Parameters<typeof store.recordRuns>[0][number][] = [];
let waiting: { readonly event: JournalledEvent; readonly answer: (fresh: boolean) => void }[] = [];

const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => undefined }, async (request) => {
  if (request.method !== "POST" || !request.url.endsWith("/webhook")) return new Response(null, { status: 404 });
  if (request.headers.get("authorization") !== secret) return new Response(null, { status: 401 });
  const body = await request.text();
  const parsed = parseEvent(body);
  if (parsed === null) return new Response(null, { status: 400 });
  const event = { id: crypto.randomUUID(), ...parsed, body, receivedAt: Date.now() };
  const fresh = commit === "group" ? await appendTogether(event) : store.append([event])[0] === true;
  if (fresh) {
    queue.push(event);
    startRuns();
  }
  return Response.json({ id: event.id, duplicate: !fresh }, { status: fresh ? 202 : 200 });
});
console.log(`http://127.0.0.1:${server.addr.port}`);
void endWithParent();

function parseEvent(body: string): { runId: string; projectId: string } | null {
  try {
    const { logPayload } = JSON.parse(body) as { logPayload?: { runId?: unknown; projectId?: unknown } };
    if (typeof logPayload?.runId !== "string" || typeof logPayload.projectId !== "string") return null;
    return { runId: logPayload.runId, projectId: logPayload.projectId };
  } catch {
    return null;
  }
}

/** Whatever arrives in the same turn of the event loop shares a transaction, and so a write to the disk. */
function appendTogether(event: JournalledEvent): Promise<boolean> {
  return new Promise((answer) => {
    waiting.push({ event, answer });
    if (waiting.length > 1) return;
    setTimeout(() => {
      const batch = waiting;
      waiting = [];
      const fresh = store.append(batch.map((each) => each.event));
      batch.forEach((each, i) => each.answer(fresh[i] === true));
    });
  });
}

function startRuns(): void {
  while (running < RUNS_IN_FLIGHT && next < queue.length) {
    const event = queue[next];
    next += 1;
    if (event !== undefined) void runEvent(event);
  }
  if (next === queue.length) {
    queue = [];
    next = 0;
  }
}

async function runEvent(event: JournalledEvent): Promise<void> {
  running += 1;
  const startedAt = Date.now();
  const { outcome, logs } = await plugin.run(event.body);
  running -= 1;
  if (finished.length === 0) setTimeout(flush, FLUSH_WAIT_MS);
  finished.push({ eventId: event.id, outcome, logs, startedAt, wallMs: Date.now() - startedAt });
  startRuns();
}

function flush(): void {
  const runs = finished;
  finished = [];
  store.recordRuns(runs);
}

async function endWithParent(): Promise<void> {
  for await (const _ of Deno.stdin.readable);
  Deno.exit();
}
