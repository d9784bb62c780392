// Spreads a generator that never ends.
import { PluginCore } from "kili-edge/sdk";

function* endless(): Generator<number> {
  for (;;) yield 1;
}

export default class PluginHandler extends PluginCore {
  override onSubmit(): void {
    this.logger.info(String(new Set(endless()).size));
  }
}
