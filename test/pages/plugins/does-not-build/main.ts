import { PluginCore } from "kili-edge/sdk";
// @ts-expect-error -- that it is missing is what this plugin is for
import { iou } from "./nowhere.ts";

export default class PluginHandler extends PluginCore {
  override async onSubmit() {
    this.logger.info(iou);
  }
}
