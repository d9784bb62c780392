// Freezes the whole runtime in one call of a built-in, which metering cannot see.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override onReview(): number {
    return Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1);
  }
}
