// Returns a promise of a kind that answers with itself whenever it is waited for: the host's own wait keeps it going.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override onSubmit(): Promise<void> {
    const endless = {
      // oxlint-disable-next-line unicorn/no-thenable -- it is what this plugin is about
      then(resolve: (value: unknown) => void): void {
        resolve(endless);
      },
    };
    return endless as unknown as Promise<void>;
  }
}
