// Keeps a host answering: whatever its runtime dies of or hangs in, it is ended and started again, and what was under
// way goes on from the journals. It never gives up; it says what it does. It knows nothing of plugins.
import { setTimeout as sleep } from "node:timers/promises";
import type { Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { errorCode } from "../error-code.ts";
import type { HostNote } from "../host/host-note.ts";
import type { RuntimeLimits } from "./judge-runtime.ts";
import type { Host } from "../host/open-host.ts";
import { watchRuntime, type RuntimeEnding } from "./watch-runtime.ts";

/** Miniflare starts a runtime that died by itself, within a fraction of this. */
const RESTART_MS = 10_000;
const POLL_MS = 20;
/** So many deaths in so long are a storm: from then on the host rests a while before each new start. */
const STORM_DEATHS = 5;
const STORM_MS = 60_000;
const MAX_REST_MS = 30_000;

export interface SuperviseOptions {
  readonly limits: RuntimeLimits;
  /** Opens the host anew, the same in every way. */
  readonly open: () => Promise<Result<Host, CliFailure>>;
  readonly note: (note: HostNote) => void;
  /** Told at once when a runtime has ended that nobody here closed. */
  readonly onEnding: (fromOutside: boolean) => void;
}

export interface Supervision {
  /** The host as it is now: it may have been opened anew. */
  host(): Host;
  /** Ends the supervision; the host itself goes on. */
  stop(): Promise<void>;
}

/** Supervises `first` from now on. */
export function superviseHost(first: Host, options: SuperviseOptions): Supervision {
  const { limits, note, onEnding, open } = options;
  const closed = new AbortController();
  let host = first;
  let deaths: number[] = [];
  let endedAt: number | null = null;

  async function supervise(): Promise<void> {
    while (!closed.signal.aborted) {
      const process = await nextRuntime();
      if (process === null) {
        await openAnew("The runtime was not started again");
        continue;
      }
      const ending = await watchRuntime({ process, probe, limits, onAnswer, closed: closed.signal });
      if (ending.type === "closed") return;
      onEnding(ending.type === "died" && ending.fromOutside);
      endedAt = performance.now();
      deaths = [...deaths.filter((at) => at > performance.now() - STORM_MS), performance.now()];
      note(toNote(ending));
      if (deaths.length >= STORM_DEATHS) await openAnew(`The runtime ended ${deaths.length} times within a minute`);
    }
  }

  /** The runtime that is there or comes soon; null when none does. */
  async function nextRuntime(): Promise<ReturnType<Host["runtime"]>> {
    const until = performance.now() + RESTART_MS;
    do {
      const process = host.runtime();
      if (process !== null && process.exitCode === null && process.signalCode === null) return process;
      await sleep(POLL_MS);
    } while (performance.now() < until && !closed.signal.aborted);
    return null;
  }

  async function openAnew(why: string): Promise<void> {
    if (closed.signal.aborted) return;
    await host.close().catch(() => undefined);
    for (let fails = 0; !closed.signal.aborted; fails += 1) {
      const restMs = Math.min(MAX_REST_MS, 1_000 * 2 ** (Math.max(deaths.length - STORM_DEATHS, 0) + fails));
      note({ level: "error", message: `${why}: the host rests before it is opened anew`, facts: { restMs } });
      await sleep(restMs, undefined, { signal: closed.signal }).catch(() => undefined);
      if (closed.signal.aborted) return;
      try {
        const opened = await open();
        if (opened.ok) {
          host = opened.value;
          return;
        }
        note({ level: "error", message: opened.failure.message });
      } catch (error) {
        // Whatever it is, nobody else would open it.
        note({ level: "error", message: `Cannot open the host anew: ${errorCode(error)}, wanted one that starts` });
      }
    }
  }

  async function probe(signal: AbortSignal): Promise<void> {
    const response = await fetch(`${host.url}/healthz`, { signal });
    await response.arrayBuffer();
  }

  function onAnswer(): void {
    if (endedAt === null) return;
    note({
      level: "info",
      message: "The runtime answers again",
      facts: { afterMs: Math.round(performance.now() - endedAt) },
    });
    endedAt = null;
  }

  const supervising = supervise();
  return {
    host: () => host,
    async stop() {
      closed.abort();
      await supervising;
    },
  };
}

function toNote(ending: Exclude<RuntimeEnding, { type: "closed" }>): HostNote {
  const after = "what was running counts as lost and is tried again";
  switch (ending.type) {
    case "died": {
      const how = ending.fromOutside ? "was ended from outside" : "died";
      return { level: "error", message: `The runtime ${how}: ${after}`, facts: { how: ending.how } };
    }
    case "frozen": {
      const cpuMs = ending.cpuMs === null ? {} : { cpuMs: Math.round(ending.cpuMs) };
      const message = `The runtime was frozen and has been killed: ${after}`;
      return { level: "error", message, facts: { silentMs: Math.round(ending.silentMs), ...cpuMs } };
    }
    case "too_large": {
      const residentMb = Math.round(ending.residentBytes / 1024 / 1024);
      return {
        level: "error",
        message: `The runtime used too much memory and has been killed: ${after}`,
        facts: { residentMb },
      };
    }
  }
}
