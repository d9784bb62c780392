// Knows which process a Miniflare's workerd is: Miniflare does not say, and starts a new one whenever it has died.
// It neither starts nor ends any.
import { AsyncLocalStorage } from "node:async_hooks";
import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";

const CHANNEL = "child_process";

export interface FollowedRuntime<Begun> {
  readonly begun: Begun;
  /** The workerd that was started last, dead or alive; null before there is one. */
  current(): ChildProcess | null;
  stop(): void;
}

/** Which Miniflare a process is started for: there may be several in this process. */
const followed = new AsyncLocalStorage<symbol>();

/**
 * Runs `begin`, and follows every process that is started by what it began, then or later. `onStart` is told of each
 * before it is there.
 */
export function followRuntime<Begun>(
  begin: () => Begun,
  onStart: () => void = () => undefined,
): FollowedRuntime<Begun> {
  const own = Symbol("runtime");
  let last: ChildProcess | null = null;
  const onProcess = (message: unknown): void => {
    if (followed.getStore() !== own) return;
    last = (message as { process: ChildProcess }).process;
    onStart();
  };
  subscribe(CHANNEL, onProcess);
  return { begun: followed.run(own, begin), current: () => last, stop: () => unsubscribe(CHANNEL, onProcess) };
}
