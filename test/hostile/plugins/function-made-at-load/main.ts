// Makes code nobody metered while its module loads, to run it in a handler.
import { PluginCore } from "kili-edge/sdk";

const spin = new Function("for (;;);") as () => void;

export default class PluginHandler extends PluginCore {
  override onSubmit(): void {
    spin();
  }
}
