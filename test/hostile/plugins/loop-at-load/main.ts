// Never ends loading: the loop is at the module's top level.
import { PluginCore } from "kili-edge/sdk";

let turns = 0;
while (turns >= 0) turns += 1;

export default class PluginHandler extends PluginCore {
  override onSubmit(): void {
    this.logger.info(String(turns));
  }
}
