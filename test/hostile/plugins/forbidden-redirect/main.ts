// Fetches a listed host that leads to another.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override async onSubmit(): Promise<void> {
    const allowed = await fetch("https://echo.example.com/fine");
    this.logger.info("allowed", allowed.status);
    await fetch("https://redirect.example.com/?to=https://forbidden.example.com/");
  }
}
