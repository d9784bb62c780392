// Hands one build result to a running host. It builds nothing and does not retry.
import * as v from "valibot";
import type { BuildResult } from "../../schemas/artifact.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { errorCode } from "../error-code.ts";
import { parseJson } from "../parse-json.ts";

const RegistrationSchema = v.object({
  status: v.picklist(["registered", "unchanged", "failed"]),
  name: v.string(),
  version: v.nullish(v.string()),
  message: v.nullish(v.string()),
});
export type Registration = v.InferOutput<typeof RegistrationSchema>;

export interface HostAccess {
  readonly url: string;
  readonly adminKey: string;
  readonly fetch: typeof fetch;
}

/** Registers a built plugin, or its build errors, through `PUT /api/plugins`. */
export async function registerPlugin(host: HostAccess, result: BuildResult): Promise<Result<Registration, CliFailure>> {
  let response: Response;
  try {
    response = await host.fetch(`${host.url}/api/plugins`, {
      method: "PUT",
      headers: { "content-type": "application/json", "x-api-key": host.adminKey },
      body: JSON.stringify(result),
    });
  } catch (error) {
    return failed("host_unreachable", errorCode(error), "a running host");
  }
  const text = await response.text();
  if (!response.ok) return failed("host_refused", `${response.status} ${text.slice(0, 500)}`, "200");
  const parsed = v.safeParse(RegistrationSchema, parseJson(text));
  if (!parsed.success) return failed("host_answered_badly", text.slice(0, 500), "a registration");
  return ok(parsed.output);
}

function failed(reason: CliFailure["reason"], found: string, wanted: string) {
  return fail({ reason, message: `Cannot register the plugin: ${found}, wanted ${wanted}` } satisfies CliFailure);
}
