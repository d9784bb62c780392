// A project's labelling interface as TypeScript: types of what its labels answer. Pure; the names in an interface are
// anybody's, so none of them gets into the text but as a string or cleaned for a comment.
import { plainText } from "./plain-text.ts";

/** The beginning of each file that is made here, by which it is known again. */
export const LABEL_TYPES_MARK = "// Made by `kili-edge types`";

/** A project's interface, as Kili gives it: nothing of it is certain. */
export interface ProjectInterface {
  /** What the types are of, for the first line. */
  readonly source: string;
  /** `jsonInterface`. */
  readonly jobs: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** A video's labels have the answers of each frame. */
  readonly isVideo: boolean;
}

/** The types as a module, which imports nothing but types of the SDK. */
export function renderLabelTypes({ source, jobs, isVideo }: ProjectInterface): string {
  const nested = new Set([...jobs.values()].flatMap((job) => [...classesOf(job).values()].flat()));
  const asked = [...jobs].filter(([name, { isChild }]) =>
    typeof isChild === "boolean" ? !isChild : !nested.has(name),
  );
  const members = [...jobs].map(([name, job]) => renderJob(name, job, new Set(jobs.keys())));
  const body = members.map(({ text }) => text).join("\n");
  const answers = `Answers<Jobs, ${union(asked.map(([name]) => name))}>`;
  const imported = new Set(["Answers", ...members.map(({ type }) => type), ...(isVideo ? ["Frames"] : [])]);
  return `${LABEL_TYPES_MARK} from the interface of ${inComment(source)}.
// Make it anew when the interface changes: what is changed here is lost then.
import type { ${[...imported].sort().join(", ")} } from "kili-edge/sdk";

/** What each job is answered with, by its name. */
export interface Jobs {
${body}
}
${
  isVideo
    ? `\n/** What one frame is answered with. */\nexport type FrameResponse = ${answers};\n\n/** A label's \`jsonResponse\`: the answers by frame. */\nexport type ProjectResponse = Frames<FrameResponse>;\n`
    : `\n/** A label's \`jsonResponse\`. */\nexport type ProjectResponse = ${answers};\n`
}`;
}

type Job = Readonly<Record<string, unknown>>;

/** `type` is the SDK's type that the answer is made of. */
function renderJob(
  name: string,
  job: Job,
  known: ReadonlySet<string>,
): { readonly text: string; readonly type: string } {
  const classes = classesOf(job);
  const children = [...new Set([...classes.values()].flat())].filter((child) => known.has(child));
  const { type, first, isClassified } = kindOf(job);
  const given = [
    ...first,
    ...(isClassified ? [union([...classes.keys()])] : []),
    ...(isClassified && children.length > 0 ? [`Answers<Jobs, ${union(children)}>`] : []),
  ];
  const { instruction, mlTask } = job;
  const told = [mlTask, instruction].filter((word) => typeof word === "string" && word !== "").map(inComment);
  const comment = told.length === 0 ? "" : `  /** ${told.join(": ")} */\n`;
  const args = given.length === 0 ? "" : `<${given.join(", ")}>`;
  return { type, text: `${comment}  readonly ${inString(name)}: ${type}${args};` };
}

/** What Kili's tools draw with; of a job that names none of them, any is possible. */
const TOOLS = ["marker", "polygon", "polyline", "pose", "rectangle", "semantic", "vector"];

function kindOf(job: Job): {
  readonly type: string;
  readonly first: readonly string[];
  readonly isClassified: boolean;
} {
  switch (job["mlTask"]) {
    case "OBJECT_DETECTION":
    case "POSE_ESTIMATION": {
      const tools = textsIn(job["tools"]);
      return { type: "Objects", first: [union(tools.length === 0 ? TOOLS : tools)], isClassified: true };
    }
    case "CLASSIFICATION":
      return { type: "Choice", first: [], isClassified: true };
    case "NAMED_ENTITIES_RECOGNITION":
      return { type: "Entities", first: [], isClassified: true };
    case "NAMED_ENTITIES_RELATION":
    case "OBJECT_RELATION":
      return { type: "Relations", first: [], isClassified: true };
    case "TRANSCRIPTION":
    case "SPEECH_TO_TEXT":
      return { type: "Transcription", first: [], isClassified: false };
    default:
      // What is answered to other tasks is not known well enough to be held to.
      return { type: "JobResponse", first: [], isClassified: false };
  }
}

/** The names of a job's classes, each with the jobs nested under it. */
function classesOf({ content }: Job): ReadonlyMap<string, readonly string[]> {
  const categories = isRecord(content) ? content["categories"] : null;
  if (!isRecord(categories)) return new Map();
  return new Map(
    Object.entries(categories).map(([name, category]) => [
      name,
      isRecord(category) ? textsIn(category["children"]) : [],
    ]),
  );
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function union(names: readonly string[]): string {
  return names.length === 0 ? "never" : [...new Set(names)].map(inString).join(" | ");
}

/** What cannot be seen, or turns the text around it, is written as its number. */
function inString(name: string): string {
  return JSON.stringify(name).replaceAll(
    /[\p{C}\u2028\u2029]/gu,
    (char) => `\\u{${char.codePointAt(0)?.toString(16) ?? ""}}`,
  );
}

const MAX_COMMENT_CHARS = 80;

/** On one line, and without what ends a comment, or makes it an order: `@ts-ignore`, `@deprecated`. */
function inComment(value: unknown): string {
  const text = plainText(String(value))
    .replaceAll(/[\s\p{C}]+/gu, " ")
    .replaceAll("*/", "*\u2215")
    .replaceAll("@", "\uff20")
    .trim();
  return text.length > MAX_COMMENT_CHARS ? `${text.slice(0, MAX_COMMENT_CHARS)}…`.toWellFormed() : text;
}
