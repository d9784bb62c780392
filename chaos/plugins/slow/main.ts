// Takes up to a second and a half, so that a kill finds it under way.
import { PluginCore, type SubmitEvent } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override async onSubmit({ label }: SubmitEvent): Promise<void> {
    const ms = (Number(/\d+$/.exec(label.id)?.[0]) * 97) % 1_500;
    await new Promise((resolve) => setTimeout(resolve, ms));
    this.logger.info("took", ms, "ms");
  }
}
