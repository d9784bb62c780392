// Awaits for ever, and swallows what would stop it.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override async onSubmit(): Promise<void> {
    for (;;) {
      try {
        await null;
      } catch {
        continue;
      }
    }
  }
}
