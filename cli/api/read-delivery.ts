// The body `send` posts: a sample or the user's own JSON file, as Kili would send it now. It does not check
// what is in it: whether it is an event, the host says.
import { readdir, readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import * as v from "valibot";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { errorCode } from "../error-code.ts";
import { parseJson } from "../parse-json.ts";

const JsonObject = v.pipe(
  v.unknown(),
  // A list would pass for a record.
  v.check((value) => !Array.isArray(value)),
  v.record(v.string(), v.unknown()),
);

export interface DeliveryWishes {
  /** A sample's name, or a path that ends in .json. */
  readonly event: string;
  readonly project?: string;
  /** Takes the place of the file's run id: a host runs nothing again for a run id it knows. */
  readonly runId: string;
}

/** Reads the body to post, with a run id and project of its own. */
export async function readDelivery(
  samplesDir: string,
  wishes: DeliveryWishes,
): Promise<Result<Record<string, unknown>, CliFailure>> {
  const isFile = wishes.event.endsWith(".json");
  const file = isFile ? resolve(wishes.event) : join(samplesDir, `${wishes.event}.json`);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (isFile) return unusable(file, errorCode(error), "a JSON file");
    const samples = (await readdir(samplesDir).catch(() => [])).map((name) => basename(name, ".json"));
    return unusable(wishes.event, "no sample has that name", `one of ${samples.sort().join(", ")}, or a .json file`);
  }
  const body = v.safeParse(JsonObject, parseJson(text));
  if (!body.success) return unusable(file, "not a JSON object", "a webhook body as Kili sends it");
  return ok(withWishes(body.output, wishes));
}

function withWishes(body: Record<string, unknown>, wishes: DeliveryWishes): Record<string, unknown> {
  const found = v.safeParse(JsonObject, body["logPayload"]);
  const logPayload: Record<string, unknown> = { ...(found.success ? found.output : {}), runId: wishes.runId };
  if (wishes.project === undefined) return { ...body, logPayload };
  const envelope = "projectId" in body ? { projectId: wishes.project } : {};
  return { ...body, ...envelope, logPayload: { ...logPayload, projectId: wishes.project } };
}

function unusable(what: string, found: string, wanted: string) {
  return fail({
    reason: "sample_unusable",
    message: `Cannot send "${what}": ${found}, wanted ${wanted}`,
  } satisfies CliFailure);
}
