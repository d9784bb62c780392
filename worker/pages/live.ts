// Tells open pages that something has changed, as server-sent events. Says nothing of what it was: a page that hears of
// it asks for itself again, with all that asking takes. Streams end after a while, and browsers open them anew.
import type { MiddlewareHandler } from "hono";
import { streamSSE } from "hono/streaming";
import { LIVE_MS, LIVE_POLL_MS, MAX_LIVE_STREAMS } from "../limits.ts";
import { readHistoryMark } from "../store/read-history-mark.ts";
import type { PageContext, PageEnv } from "./page-env.ts";

/** When each open stream was last seen to run. A reader that hangs up ends it without a word: it just stops. */
const beats = new Map<object, number>();

/** For pages that follow what happens: the mark they start from, read before anything that they show. */
export const followed: MiddlewareHandler<PageEnv> = async (c, next) => {
  c.set("mark", await readHistoryMark(c.env.DB));
  await next();
};

/** Answers `GET /live`: the mark at once, and again whenever it is another. */
export function streamChanges(c: PageContext): Response {
  const { now } = c.var.pages;
  const startedAt = now();
  for (const [stream, beatAt] of beats) if (startedAt - beatAt > 3 * LIVE_POLL_MS) beats.delete(stream);
  if (beats.size >= MAX_LIVE_STREAMS) return c.text("Too many open pages", 503, { "retry-after": "30" });
  const self = {};
  beats.set(self, startedAt);
  return streamSSE(c, async (stream) => {
    let told: string | null = null;
    while (!stream.aborted && now() - startedAt < LIVE_MS) {
      beats.set(self, now());
      const mark = await readHistoryMark(c.env.DB);
      // Nothing new is said as well, or nobody would notice that the reader is gone.
      if (mark === told) await stream.write(": nothing new\n\n");
      else await stream.writeSSE({ event: "mark", data: mark, retry: LIVE_POLL_MS });
      told = mark;
      await stream.sleep(LIVE_POLL_MS);
    }
    beats.delete(self);
  });
}
