// Triggers what wrangler.toml schedules. On Cloudflare the platform does; workerd by itself has no clock for it.
import { Cron } from "croner";

export interface Crons {
  stop(): void;
}

/** Calls `trigger` whenever one of `patterns` is due, in UTC; not again while its last call is under way. */
export function runCrons(
  patterns: readonly string[],
  trigger: (pattern: string) => Promise<void>,
  onError: (pattern: string, error: unknown) => void,
): Crons {
  const jobs = patterns.map(
    (pattern) =>
      new Cron(pattern, { timezone: "UTC", protect: true, catch: (error) => onError(pattern, error) }, () =>
        trigger(pattern),
      ),
  );
  return {
    stop() {
      for (const job of jobs) job.stop();
    },
  };
}
