// Freezes the whole runtime in a regular expression that tries every way to split its text.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override onReview(): boolean {
    return /^(?:a+)+$/.test(`${"a".repeat(64)}!`);
  }
}
