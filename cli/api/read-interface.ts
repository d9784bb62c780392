// A project's labelling interface: from Kili through a host, which has the key, or from a file. Judges nothing of it but
// that it has jobs.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import * as v from "valibot";
import { fail, ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { errorCode } from "../error-code.ts";
import { parseJson } from "../parse-json.ts";
import type { ProjectInterface } from "../render/label-types.ts";
import { queryApi } from "./query-api.ts";
import type { HostAccess } from "./register-plugin.ts";

const PROJECTS = `query Interface($where: ProjectWhere!, $first: PageSize!, $skip: Int!) {
  projects(where: $where, first: $first, skip: $skip) { inputType jsonInterface }
}`;
const ProjectsSchema = v.object({
  projects: v.array(v.object({ inputType: v.nullish(v.string()), jsonInterface: v.unknown() })),
});

const WANTED = "a jsonInterface of Kili's";

/** The interface of a project that the host's key of Kili can see. */
export async function readProjectInterface(
  host: HostAccess,
  projectId: string,
): Promise<Result<ProjectInterface, CliFailure>> {
  const answer = await queryApi(host, ProjectsSchema, PROJECTS, { where: { id: projectId }, first: 1, skip: 0 });
  if (!answer.ok) return answer;
  const [project] = answer.value.projects;
  if (project === undefined) return cannot(`Kili shows the host no project "${projectId}"`, "one that its key can see");
  return toInterface(project, `project ${projectId}`);
}

/** The interface in a file: `jsonInterface` alone, or the project around it. */
export async function readInterfaceFile(file: string): Promise<Result<ProjectInterface, CliFailure>> {
  const text = await readFile(file, "utf8").catch((error: unknown) => error);
  if (typeof text !== "string") return cannot(`found ${errorCode(text)} at "${file}"`, "a file");
  const source = `"${basename(file)}"`;
  const value = parseJson(text.replace(/^\uFEFF/, ""));
  if (value === null) return cannot(`${source} is no JSON`, WANTED);
  const isProject = isRecord(value) && value["jsonInterface"] !== undefined;
  return toInterface(isProject ? value : { jsonInterface: value }, source);
}

function toInterface(
  { inputType, jsonInterface }: { readonly inputType?: unknown; readonly jsonInterface?: unknown },
  source: string,
): Result<ProjectInterface, CliFailure> {
  // Kili's API gives it as text, its SDK as an object.
  const value = typeof jsonInterface === "string" ? parseJson(jsonInterface) : jsonInterface;
  if (value === null && jsonInterface !== null) return cannot(`${source} has an interface that is no JSON`, WANTED);
  const jobs = isRecord(value) ? value["jobs"] : undefined;
  if (!isRecord(jobs)) return cannot(`${source} has no "jobs" in its interface`, WANTED);
  const known = Object.entries(jobs).flatMap(([name, job]) => (isRecord(job) ? [[name, job] as const] : []));
  return ok({ source, jobs: new Map(known), isVideo: inputType === "VIDEO" });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function cannot(found: string, wanted: string) {
  const message = `Cannot read the project's interface: ${found}, wanted ${wanted}`;
  return fail({ reason: "interface_unusable", message } satisfies CliFailure);
}
