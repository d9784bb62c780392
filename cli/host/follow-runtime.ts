// Knows which process Miniflare's workerd is: Miniflare does not say, and starts a new one whenever it has died.
// It neither starts nor ends any.
import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";

const CHANNEL = "child_process";

export interface FollowedRuntime {
  /** The workerd that was started last, dead or alive; null before there is one. */
  current(): ChildProcess | null;
  stop(): void;
}

/** Follows every process of `command` that this one starts from now on. */
export function followRuntime(command: string): FollowedRuntime {
  const seen: ChildProcess[] = [];
  const onProcess = (message: unknown): void => {
    // Told of before it is spawned: which command it runs can only be seen later.
    seen.push((message as { process: ChildProcess }).process);
  };
  subscribe(CHANNEL, onProcess);
  return {
    current() {
      const last = seen.findLast(({ spawnfile }) => spawnfile === command) ?? null;
      seen.splice(0, seen.length, ...seen.filter((child) => child === last || !child.spawnfile));
      return last;
    },
    stop: () => unsubscribe(CHANNEL, onProcess),
  };
}
