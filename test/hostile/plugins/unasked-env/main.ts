// Reads a variable it declared, then one it did not.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override onSubmit(): void {
    this.logger.info("asked for", this.env.get("THRESHOLD"));
    this.env.get("UNASKED");
  }
}
