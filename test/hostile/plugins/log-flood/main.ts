// Logs far more than anybody reads, in long lines.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override onSubmit(): void {
    for (let line = 0; line < 5_000; line += 1) this.logger.info(`${line}: ${"x".repeat(2_000)}`);
  }
}
