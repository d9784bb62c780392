// Looks for Node's globals, by which AsyncLocalStorage and with it another run could be reached.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override onSubmit(): void {
    const globals = globalThis as unknown as Record<string, unknown>;
    for (const name of ["process", "Buffer"]) this.logger.info(name, typeof globals[name]);
    this.logger.info(String(navigator.userAgent).includes("Node") ? "navigator is Node's" : "navigator is a browser's");
  }
}
