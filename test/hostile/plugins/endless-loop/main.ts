// Never ends, on line 8.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override onSubmit(): void {
    this.logger.info("before the loop");
    let turns = 0;
    while (turns >= 0) turns += 1;
    this.logger.info("after the loop");
  }
}
