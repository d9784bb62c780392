// Freezes the whole runtime with loops that run no code of its own: built-ins call each other without end, in microtasks
// at its first attempt, inside of one call at its next.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override async onReview(): Promise<void> {
    if (this.run.attempt === 1) {
      // To wait for it is to have `forEach` resolve the wait with it, which is then waited for.
      const endless = {} as PromiseLike<never>;
      const all = [endless];
      // oxlint-disable-next-line unicorn/no-thenable -- it is what this plugin is about
      endless.then = all.forEach.bind(all) as never;
      await endless;
    }
    const next = Object.bind(null, { done: false });
    this.logger.info(String(new Set({ [Symbol.iterator]: () => ({ next }) } as Iterable<unknown>).size));
  }
}
