// Stands in for the real Worker where `start` is under test: shows what it was given, and keeps what outlives it.
import { DurableObject } from "cloudflare:workers";

interface Env {
  readonly DB: D1Database;
  readonly INBOX: DurableObjectNamespace<Inbox>;
  readonly ASSETS: Fetcher;
}

export class Inbox extends DurableObject<Env> {
  async ring(afterMs: number): Promise<void> {
    await this.ctx.storage.setAlarm(Date.now() + afterMs);
  }
  override async alarm(): Promise<void> {
    await this.env.DB.prepare("INSERT INTO notes (text) VALUES ('alarm')").run();
  }
}

let lastCron: string | null = null;
/** Since this runtime is there. */
let seen = 0;

/** Takes memory until somebody puts an end to it, and lets other requests in meanwhile. */
async function grow(): Promise<number> {
  const kept: Uint8Array[] = [];
  while (kept.length < 1_000) {
    kept.push(new Uint8Array(32 * 1024 * 1024).fill(1));
    await scheduler.wait(1);
  }
  return kept.length;
}

export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    switch (pathname) {
      case "/healthz":
      case "/readyz":
        return Response.json({ ok: true });
      case "/variables":
        return Response.json(Object.keys(env).sort());
      case "/asset":
        return env.ASSETS.fetch("http://assets/plugins/one.json");
      case "/supervisor/drain":
        return Response.json({ runsInFlight: 0 });
      case "/supervisor/scheduled":
        lastCron = searchParams.get("cron");
        return Response.json(null);
      case "/last-cron":
        return Response.json(lastCron);
      case "/seen":
        return Response.json((seen += 1));
      case "/log":
        console.error(JSON.stringify({ level: "error", message: "from the Worker", project: "p" }));
        console.warn("in words");
        return Response.json(null);
      case "/freeze":
        return Response.json(Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1));
      case "/grow":
        return Response.json(await grow());
      case "/ring":
        await env.INBOX.getByName("demo").ring(2_000);
        return new Response(null, { status: 204 });
      case "/notes": {
        const { results } = await env.DB.prepare("SELECT text FROM notes").all();
        return Response.json(results);
      }
      default:
        return new Response(null, { status: 404 });
    }
  },
} satisfies ExportedHandler<Env>;
