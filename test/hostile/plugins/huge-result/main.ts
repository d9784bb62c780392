// Returns more than the host keeps.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override onSubmit(): string {
    return "x".repeat(10_000_000);
  }
}
