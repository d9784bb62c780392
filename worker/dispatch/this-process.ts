// Which process this is, and from when on it certainly was: calls of another, that this one finds unanswered, ended
// before. It holds for one isolate of the Worker, which outside of Cloudflare is the whole host.

export interface HostProcess {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly since: number;
}

let known: HostProcess | null = null;

/** This process; `now` counts only the first time. */
export function thisProcess(now: number): HostProcess {
  known ??= { id: crypto.randomUUID(), since: now };
  return known;
}
