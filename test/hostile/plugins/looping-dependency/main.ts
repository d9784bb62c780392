// The endless loop is in what it depends on.
import { PluginCore } from "kili-edge/sdk";
import { spin } from "./vendor/spin.js";

export default class PluginHandler extends PluginCore {
  override onSubmit(): void {
    spin();
  }
}
