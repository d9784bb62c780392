// Never ends, and swallows whatever would stop it.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override onSubmit(): void {
    for (;;) {
      try {
        for (;;) this.run.attempt.toFixed();
      } catch {
        continue;
      }
    }
  }
}
