// Makes the calls of the Kili client that the event lists, one after the other, and gives back their results, or the
// facts of the error that ended them.
import { KiliError, NotCapable, PluginCore, type EventPayload, type JsonValue } from "kili-edge/sdk";

type Method = (argument?: unknown) => Promise<JsonValue>;

export default class PluginHandler extends PluginCore {
  override async onEvent(event: EventPayload): Promise<JsonValue> {
    const results: JsonValue[] = [];
    try {
      for (const [method, ...args] of event["calls"] as [string, ...unknown[]][]) {
        const call = (this.kili as unknown as Record<string, Method | undefined>)[method];
        results.push((await call?.(...(args as [unknown]))) ?? null);
      }
    } catch (error) {
      if (error instanceof NotCapable) return { name: error.name, message: error.message };
      if (!(error instanceof KiliError)) throw error;
      return { name: error.name, operation: error.operation, code: error.code, reason: error.reason, path: error.path };
    }
    return results;
  }
}
