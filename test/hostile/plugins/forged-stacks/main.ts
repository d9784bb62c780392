// Logs an error as it was caught, and then text that looks like the stacks of others, as much of it as it can.
import { PluginCore, type SubmitEvent } from "kili-edge/sdk";

interface Wanted {
  readonly category: string;
}

function check(wanted: Wanted | null): string {
  if (wanted === null) throw new RangeError("nothing wanted");
  return wanted.category;
}

export default class PluginHandler extends PluginCore {
  override async onSubmit({ assetId }: SubmitEvent): Promise<void> {
    await null;
    try {
      check(null);
    } catch (error) {
      console.error("asset", new Error("unchecked", { cause: error }), assetId);
    }
    const frames = [
      "plugin.js:0:0",
      "plugin.js:999999999:1",
      `f ${" (".repeat(2_000)}plugin.js:1:1)`,
      "harness.js:1:1",
    ];
    for (let line = 0; line < 5_000; line += 1)
      this.logger.error(frames.map((frame) => `    at ${frame}`).join("\n"), "\n    at plugin.js:1:1".repeat(200));
  }
}
