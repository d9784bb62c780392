// Tries every way to the network but fetch.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override async onSubmit(): Promise<void> {
    const ways: Record<string, () => unknown> = {
      WebSocket: () => new WebSocket("wss://forbidden.example.com/"),
      EventSource: () => new EventSource("https://forbidden.example.com/"),
      caches: () => caches.match("https://forbidden.example.com/"),
      sendBeacon: () => navigator.sendBeacon("https://forbidden.example.com/", "x"),
      eval: () => (0, eval)("fetch"),
      Function: () => new Function("return 1")() as unknown,
      AsyncFunction: () => (async () => {}).constructor("return 1")() as unknown,
      WebAssembly: () => WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])),
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
