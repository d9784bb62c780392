// The state of one run inside the isolate. Several runs may share an isolate: each finds its own by its budget.
import type { GuestProps } from "../../schemas/guest.ts";
import type { LogLevel, LogLine, Refusal } from "../../schemas/run.ts";
import { createBudget, currentRun, type Budget } from "./meter.ts";

export interface GuestRun extends Budget {
  readonly props: GuestProps;
  readonly refusals: Refusal[];
  droppedLogLines: number;
  /** Its handler has ended: whatever holds its logger or its doors from then on gets nothing from them. */
  isOver: boolean;
  /** Set while the answer is being streamed: gets each line at once. */
  onLog: ((line: LogLine) => void) | null;
  readonly write: (level: LogLevel, content: string) => void;
  readonly refuse: (capability: Refusal["capability"], wanted: string) => void;
  /** The lines not handed over yet. */
  readonly takeLogs: () => LogLine[];
}

/** Most refusals one run reports by itself; the host counts those of its doors. */
const MAX_REFUSALS = 50;

/** A fresh run with the limits and doors of `props`. */
export function createGuestRun(props: GuestProps): GuestRun {
  let waiting: LogLine[] = [];
  let written = 0;
  let writtenChars = 0;
  // A literal, no Object.assign: a plugin that patched that would be handed the doors of its isolate's next run.
  const run: GuestRun = {
    ...createBudget(props.cpuMs),
    props,
    refusals: [],
    droppedLogLines: 0,
    isOver: false,
    onLog: null,
    write(level: LogLevel, content: string): void {
      if (run.isOver) return;
      if (written >= props.logLines || writtenChars >= props.logChars) {
        run.droppedLogLines += 1;
        return;
      }
      const line: LogLine = { at: Date.now(), level, content: clip(content, props.logLineChars) };
      written += 1;
      writtenChars += line.content.length;
      if (run.onLog === null) waiting.push(line);
      else run.onLog(line);
    },
    refuse(capability: Refusal["capability"], wanted: string): void {
      if (!run.isOver && run.refusals.length < MAX_REFUSALS)
        run.refusals.push({ capability, wanted: clip(wanted, 256), at: Date.now() });
    },
    takeLogs(): LogLine[] {
      const taken = waiting;
      waiting = [];
      return taken;
    },
  };
  return run;
}

/** The run the calling code belongs to; undefined while modules load. */
export function currentGuestRun(): GuestRun | undefined {
  return currentRun() as GuestRun | undefined;
}

function clip(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
