// Ends well at once.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override onSubmit(): void {
    this.logger.info("steady");
  }
}
