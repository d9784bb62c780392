// Throws on one in five first attempts, and whatever the attempt on one event in twenty.
import { PluginCore, type SubmitEvent } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override onSubmit({ label }: SubmitEvent): void {
    const mood = Number(/\d+$/.exec(label.id)?.[0]);
    if (mood % 20 === 7) throw new Error("always");
    if (mood % 5 === 1 && this.run.attempt === 1) throw new Error("the first time");
    this.logger.info("in a good mood", mood);
  }
}
