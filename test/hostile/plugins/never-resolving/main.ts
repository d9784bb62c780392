// Waits for what never comes, after two log lines.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override async onSubmit(): Promise<void> {
    this.logger.info("first line");
    console.log("second line");
    await new Promise(() => {});
  }
}
