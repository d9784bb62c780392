// Tries every way to the network but fetch.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override async onSubmit(): Promise<void> {
    const ways: Record<string, () => unknown> = {
      WebSocket: () => new WebSocket("wss://forbidden.example.com/"),
      EventSource: () => new EventSource("https://forbidden.example.com/"),
      caches: () => caches.match("https://forbidden.example.com/"),
      eval: () => (0, eval)("fetch"),
      Function: () => new Function("return 1")() as unknown,
    };
    for (const [name, attempt] of Object.entries(ways)) {
      try {
        await attempt();
        this.logger.error(`${name}: worked`);
      } catch (error) {
        this.logger.info(`${name}: ${(error as Error).name}`);
      }
    }
  }
}
