import { PluginCore } from "kili-edge/sdk";

const LINES = 24;
const PAUSE_MS = 500;

export default class PluginHandler extends PluginCore {
  override async onSendBackToQueue() {
    this.logger.info("The password is", this.env.get("PASSWORD"));
    for (let line = 1; line <= LINES; line += 1) {
      this.logger.info(`Line ${line} of ${LINES}`);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
