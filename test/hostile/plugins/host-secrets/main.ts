// Declares the host's own secrets as if they were its variables.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override onSubmit(): void {
    for (const name of ["WEBHOOK_SECRET", "ADMIN_API_KEY", "KILI_API_KEY"]) {
      this.logger.info(name, this.env.get(name) ?? "nothing");
    }
  }
}
