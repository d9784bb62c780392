// Logs for longer than a quick answer takes, then hangs: its lines must survive the timeout.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override async onSubmit(): Promise<void> {
    for (let line = 0; line < 4; line += 1) {
      this.logger.info(`line ${line}`);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    await new Promise(() => {});
  }
}
