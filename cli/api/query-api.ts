// One GraphQL operation against a host. It knows no operation of its own and does not retry.
import * as v from "valibot";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { errorCode } from "../error-code.ts";
import { parseJson } from "../parse-json.ts";
import type { HostAccess } from "./register-plugin.ts";

const AnswerSchema = v.object({
  data: v.nullish(v.unknown()),
  errors: v.optional(v.array(v.object({ message: v.string() })), []),
});

/** Sends an operation; the answer's `data` is checked against `schema`. */
export async function queryApi<Schema extends v.GenericSchema>(
  host: HostAccess,
  schema: Schema,
  query: string,
  variables: Record<string, unknown>,
): Promise<Result<v.InferOutput<Schema>, CliFailure>> {
  let text: string;
  try {
    const response = await host.fetch(`${host.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": host.adminKey },
      body: JSON.stringify({ query, variables }),
    });
    text = await response.text();
  } catch (error) {
    return failed(
      host,
      "host_unreachable",
      errorCode(error),
      'one that runs: start one with "npm start", or name it with --url',
    );
  }
  const answer = v.safeParse(AnswerSchema, parseJson(text));
  if (!answer.success) return failed(host, "host_answered_badly", text.slice(0, 500), "a GraphQL answer");
  const [problem] = answer.output.errors;
  // In the host's own words, which say all that there is to say.
  if (problem !== undefined) return fail({ reason: "host_refused", message: problem.message });
  const data = v.safeParse(schema, answer.output.data);
  if (!data.success)
    return failed(host, "host_answered_badly", v.summarize(data.issues), "the fields that were asked for");
  return ok(data.output);
}

function failed({ url }: HostAccess, reason: CliFailure["reason"], found: string, wanted: string) {
  return fail({ reason, message: `Cannot ask the host at ${url}: ${found}, wanted ${wanted}` } satisfies CliFailure);
}
