// Calls itself until the stack is full.
import { PluginCore } from "kili-edge/sdk";

function deeper(depth: number): number {
  return deeper(depth + 1) + 1;
}

export default class PluginHandler extends PluginCore {
  override onSubmit(): void {
    this.logger.info(String(deeper(1)));
  }
}
