// Never ends on one event in twenty.
import { PluginCore, type SubmitEvent } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override async onSubmit({ label }: SubmitEvent): Promise<void> {
    if (Number(/\d+$/.exec(label.id)?.[0]) % 20 === 3) await new Promise(() => {});
  }
}
