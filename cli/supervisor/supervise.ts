// Keeps a part of the host answering: whatever its workerd dies of or hangs in, it is ended and started again. It never
// gives up; it says what it does. It knows nothing of plugins.
import { setTimeout as sleep } from "node:timers/promises";
import type { Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { errorCode } from "../error-code.ts";
import type { HostNote } from "../host/host-note.ts";
import type { RuntimeLimits } from "./judge-runtime.ts";
import type { Supervised } from "./supervised.ts";
import { watchRuntime, type RuntimeEnding } from "./watch-runtime.ts";

/** Miniflare starts a runtime that died by itself, within a fraction of this. */
const RESTART_MS = 10_000;
const POLL_MS = 20;
/** So many deaths in so long are a storm: from then on the host rests a while before each new start. */
const STORM_DEATHS = 5;
const STORM_MS = 60_000;
const MAX_REST_MS = 30_000;

export interface SuperviseOptions<Part extends Supervised> {
  /** What it is called: "runtime" or "database". */
  readonly name: string;
  /** What becomes of what was under way when it ends. */
  readonly afterwards: string;
  readonly limits: RuntimeLimits;
  /** Opens it anew, the same in every way. */
  readonly open: () => Promise<Result<Part, CliFailure>>;
  readonly note: (note: HostNote) => void;
  /** Told at once when a workerd has ended that nobody here closed. */
  readonly onEnding?: (fromOutside: boolean) => void;
}

export interface Supervision {
  /** Ends the supervision, and the part with it. */
  close(): Promise<void>;
}

/** Supervises `first` from now on. */
export function supervise<Part extends Supervised>(first: Part, options: SuperviseOptions<Part>): Supervision {
  const { name, limits, note, onEnding = () => undefined, open } = options;
  const closed = new AbortController();
  let part = first;
  let deaths: number[] = [];
  let endedAt: number | null = null;

  async function watch(): Promise<void> {
    while (!closed.signal.aborted) {
      const process = await nextRuntime();
      if (process === null) {
        await openAnew(`The ${name} was not started again`);
        continue;
      }
      const probe = (signal: AbortSignal): Promise<void> => part.probe(signal);
      const ending = await watchRuntime({ process, probe, limits, onAnswer, closed: closed.signal });
      if (ending.type === "closed") return;
      onEnding(ending.type === "died" && ending.fromOutside);
      endedAt = performance.now();
      deaths = [...deaths.filter((at) => at > performance.now() - STORM_MS), performance.now()];
      note(toNote(ending, options));
      if (deaths.length >= STORM_DEATHS) await openAnew(`The ${name} ended ${deaths.length} times within a minute`);
    }
  }

  /** The workerd that is there or comes soon; null when none does. */
  async function nextRuntime(): Promise<ReturnType<Supervised["runtime"]>> {
    const until = performance.now() + RESTART_MS;
    do {
      const process = part.runtime();
      if (process !== null && process.exitCode === null && process.signalCode === null) return process;
      await sleep(POLL_MS);
    } while (performance.now() < until && !closed.signal.aborted);
    return null;
  }

  async function openAnew(why: string): Promise<void> {
    if (closed.signal.aborted) return;
    await part.close().catch(() => undefined);
    for (let fails = 0; !closed.signal.aborted; fails += 1) {
      const restMs = Math.min(MAX_REST_MS, 1_000 * 2 ** (Math.max(deaths.length - STORM_DEATHS, 0) + fails));
      note({ level: "error", message: `${why}: a rest, before it is opened anew`, facts: { restMs } });
      await sleep(restMs, undefined, { signal: closed.signal }).catch(() => undefined);
      if (closed.signal.aborted) return;
      try {
        const opened = await open();
        if (opened.ok) {
          part = opened.value;
          return;
        }
        note({ level: "error", message: opened.failure.message });
      } catch (error) {
        // Whatever it is, nobody else would open it.
        note({ level: "error", message: `Cannot open the ${name} anew: ${errorCode(error)}, wanted one that starts` });
      }
    }
  }

  function onAnswer(): void {
    if (endedAt === null) return;
    note({
      level: "info",
      message: `The ${name} answers again`,
      facts: { afterMs: Math.round(performance.now() - endedAt) },
    });
    endedAt = null;
  }

  const watching = watch();
  return {
    async close() {
      closed.abort();
      await watching;
      await part.close();
    },
  };
}

function toNote(
  ending: Exclude<RuntimeEnding, { type: "closed" }>,
  { name, afterwards }: Pick<SuperviseOptions<never>, "name" | "afterwards">,
): HostNote {
  switch (ending.type) {
    case "died": {
      const how = ending.fromOutside ? "was ended from outside" : "died";
      return { level: "error", message: `The ${name} ${how}: ${afterwards}`, facts: { how: ending.how } };
    }
    case "frozen": {
      const cpuMs = ending.cpuMs === null ? {} : { cpuMs: Math.round(ending.cpuMs) };
      const message = `The ${name} was frozen and has been killed: ${afterwards}`;
      return { level: "error", message, facts: { silentMs: Math.round(ending.silentMs), ...cpuMs } };
    }
    case "too_large": {
      const residentMb = Math.round(ending.residentBytes / 1024 / 1024);
      return {
        level: "error",
        message: `The ${name} used too much memory and has been killed: ${afterwards}`,
        facts: { residentMb },
      };
    }
  }
}
