// Words for what the manifest's schema refused: what was found, and what is wanted instead.
import * as v from "valibot";
import { HANDLER_TYPES } from "../../schemas/event.ts";
import { KILI_OBJECTS, ManifestSchema } from "../../schemas/manifest.ts";
import { closestName } from "./closest-name.ts";

type Issue = v.InferIssue<typeof ManifestSchema>;

export interface DescribedIssue {
  readonly path: (string | number)[];
  readonly message: string;
}

/** The path an issue is about, and a message for the manifest's author. */
export function describeIssue(issue: Issue): DescribedIssue {
  const path = (issue.path ?? []).map(({ key }) => key as string | number);
  if (issue.type === "strict_object" && issue.received === "undefined") {
    const about = path.slice(0, -1).length === 0 ? "manifest" : `[${path.slice(0, -1).join(".")}]`;
    const name = String(path.at(-1));
    return {
      path,
      message: `Cannot accept ${about}: found no key ${JSON.stringify(name)}, wanted ${descriptionOf(name)}`,
    };
  }
  return {
    path,
    message: `Cannot accept ${show(path)}: found ${found(issue.input)}, ${wanted(issue)}${guess(path, issue.input)}`,
  };
}

function show(path: readonly (string | number)[]): string {
  const text = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`)).join("");
  return text.replace(/^\./, "");
}

function found(input: unknown): string {
  if (Array.isArray(input)) return input.length === 0 ? "an empty array" : "an array";
  if (typeof input === "object") return "a table";
  const text = (JSON.stringify(input) ?? "nothing").replaceAll(UNSEEN, escapeCharacter);
  return text.length <= 80 ? text : `${text.slice(0, 60)}… (${text.length - 2} characters)`;
}

// What JSON leaves as it is and nobody would see.
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function wanted(issue: Issue): string {
  // The schema words what only it knows.
  if (issue.message.startsWith("wanted ")) return issue.message;
  const one = issue.requirement === 1;
  const unit = typeof issue.input === "string" ? (one ? "character" : "characters") : one ? "entry" : "entries";
  switch (issue.type) {
    case "literal":
      return `wanted ${issue.expected}`;
    case "string":
      return "wanted a string, in quotes";
    case "number":
    case "integer":
      return "wanted a whole number";
    case "min_value":
      return `wanted at least ${String(issue.requirement)}`;
    case "max_value":
      return `wanted at most ${String(issue.requirement)}`;
    case "min_length":
      return `wanted at least ${String(issue.requirement)} ${unit}`;
    case "max_length":
      return `wanted at most ${String(issue.requirement)} ${unit}`;
    case "array":
      return "wanted an array, in square brackets";
    case "strict_object":
    case "record":
      return "wanted a table";
    default:
      return `wanted ${issue.expected ?? "another value"}`;
  }
}

const SCOPES = KILI_OBJECTS.flatMap((object) => [`${object}:read`, `${object}:write`, `${object}:*`]);

function guess(path: readonly (string | number)[], input: unknown): string {
  const choices = path[0] === "events" ? HANDLER_TYPES : path[1] === "kili" ? SCOPES : [];
  const closest = typeof input === "string" ? closestName(input, choices) : null;
  return closest === null || closest === input ? "" : `; did you mean ${JSON.stringify(closest)}?`;
}

/** What the schema says about one of the manifest's own keys, as the end of a sentence. */
function descriptionOf(key: string): string {
  const entry = Object.entries(ManifestSchema.entries).find(([name]) => name === key)?.[1];
  const description = entry === undefined ? undefined : v.getDescription(entry);
  return description === undefined ? "it" : `it: ${description.replace(/\.$/, "")}`;
}
