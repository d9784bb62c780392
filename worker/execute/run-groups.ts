// Gathers runs that begin together in the same isolate, so that they share what a call of it costs. Whether a run may be
// one of several is for others to say; how the call is made, too.
import type { GuestProps } from "../../schemas/guest.ts";
import type { CalledRun } from "./call-harness.ts";

/** Runs that are claimed in one turn get here within a few steps of each other; waiting for a timer would cost more. */
const GATHERING_STEPS = 8;

export class RunGroups {
  readonly #gathering = new Map<string, CalledRun<GuestProps>[]>();

  /** Makes the run one of those that are gathered for the isolate. The first of them has its `call` made for all. */
  async join(
    isolate: string,
    run: CalledRun<GuestProps>,
    call: (runs: readonly CalledRun<GuestProps>[]) => Promise<void>,
  ): Promise<void> {
    const others = this.#gathering.get(isolate);
    if (others !== undefined) {
      others.push(run);
      return;
    }
    const runs = [run];
    this.#gathering.set(isolate, runs);
    for (let step = 0; step < GATHERING_STEPS; step += 1) await Promise.resolve();
    this.#gathering.delete(isolate);
    try {
      await call(runs);
    } catch (error) {
      // A bug of ours, for which none of them is to wait for ever.
      for (const { onEnd } of runs) onEnd({ type: "broken", error, timedOut: false, company: runs.length - 1 });
    }
  }
}
