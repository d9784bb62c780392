// Throws what is no error, and cannot even be looked at.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override onSubmit(): void {
    throw new Proxy(
      {},
      {
        get() {
          throw new Error("no looking");
        },
        getPrototypeOf() {
          throw new Error("no looking");
        },
      },
    );
  }
}
