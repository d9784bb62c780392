// Walks everything it can reach from its own instance, looking for a door, the run's state or another run's id.
import { PluginCore } from "kili-edge/sdk";

export default class PluginHandler extends PluginCore {
  override async onSubmit(): Promise<void> {
    const seen = new Set<unknown>();
    const found: string[] = [];
    const walk = (value: unknown, path: string, depth: number): void => {
      if (value === null || (typeof value !== "object" && typeof value !== "function") || seen.has(value)) return;
      seen.add(value);
      const name = Object.prototype.toString.call(value);
      if (/Rpc|Fetcher|ServiceStub|LoopbackServiceStub|DurableObject/.test(name)) found.push(path);
      if (depth > 6) return;
      for (const key of Reflect.ownKeys(value)) {
        try {
          walk((value as Record<PropertyKey, unknown>)[key], `${path}.${String(key)}`, depth + 1);
        } catch {
          continue;
        }
      }
      walk(Object.getPrototypeOf(value), `${path}.__proto__`, depth + 1);
    };
    walk(this, "this", 0);
    this.logger.info("doors found:", found.join(" ") || "none");
    // A run id is told to the plugin, but it is only told: writing another one into it moves nothing.
    Object.assign(this.run, { id: "run_of_somebody_else" });
    await this.kili.sendBackToQueue({ assetIds: ["asset-1"] });
  }
}
