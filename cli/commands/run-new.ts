// The new command: a plugin's folder to begin with, and what to do next.
import { relative } from "node:path";
import { ok } from "../../schemas/result.ts";
import { newPlugin, type NewPlugin } from "./new-plugin.ts";
import { sayResult } from "../say-result.ts";

export interface NewFlags extends NewPlugin {
  readonly json?: boolean;
}

/** Makes the folder and says so; the answer is the exit code. */
export async function runNew({ json = false, ...wanted }: NewFlags): Promise<number> {
  const made = await newPlugin(wanted);
  if (!made.ok) return sayResult(made, json);
  const { folder, files } = made.value;
  const shown = relative(process.cwd(), folder) || folder;
  const next =
    wanted.template === "webhook"
      ? `Run it:       npx node ${shown}/server.ts\nRegister it:  docs/webhooks.md says how`
      : `Try it:       npx kili-edge run ${shown}\nOn a project: npx kili-edge push ${shown}, then npx kili-edge activate ${wanted.name} --project <id>`;
  return sayResult(ok({ json: made.value, text: `Made ${shown} with ${files.join(", ")}\n\n${next}` }), json);
}
