// docs/manifest.md, out of the manifest's own JSON Schema, so that the page cannot say anything else. It
// writes no file: a test keeps the page equal.
import type { JsonSchema } from "@valibot/to-json-schema";
import { KILI_OBJECTS } from "../../schemas/manifest.ts";

const INTRO = `# plugin.toml

Generated from \`schemas/manifest.ts\`. The manifest is closed: a key that is not listed here is an error with its line
and column. It is default deny: what is not under \`[permissions]\` is refused when the plugin asks for it.

Editors that know the first line complete and check the file while you type:

\`\`\`toml
#:schema ../../schemas/plugin.schema.json
manifest_version = 1
\`\`\`
`;

const OUTRO = `
## Events

A handler type runs the method of that name. A pattern is matched against the event's dotted name and runs \`onEvent\`;
\`*\` stands for one or more segments, so \`labels.created.*\` matches \`labels.created.submit\`.

## Permissions

- \`kili\`: \`object:read\`, \`object:write\` or \`object:*\`, with an object of ${KILI_OBJECTS.join(", ")}. The scope of an
  operation is the one of its root field ([below](#kilis-operations)).
- \`net\`: \`host\`, \`host:port\`, or \`*.host\` for every subdomain but not the host itself. Each redirect is checked again.
  Private addresses are refused even when they are listed.
- \`env\`: the plugin reads \`this.env.get("NAME")\`; the deployment stores the value as \`PLUGIN_NAME\`.

A refusal reaches the plugin as a \`NotCapable\` error that says what to add, and leaves a row in the audit.
`;

interface Row {
  readonly key: string;
  readonly schema: JsonSchema;
  readonly required: boolean;
}

/** What a plugin may ask of Kili: root fields, each with what its scope is about and whether it reads or writes. */
type RootFields = ReadonlyMap<string, { readonly object: string; readonly access: "read" | "write" }>;

const OPERATIONS = `
## Kili's operations

A plugin's client has methods for nearly all of these. Documents of your own (\`this.kili.graphql\`, in Python
\`self.kili.graphql_client.execute\`) may ask for them too, and for no others: Kili has more, which no scope gives to a
plugin.
`;

/** The page. `maxima` is what the host caps `[limits]` to. */
export function renderManifestReference(
  schema: JsonSchema,
  maxima: Readonly<Record<string, number>>,
  rootFields: RootFields,
): string {
  const rows = rowsOf(schema);
  const tables = rows.filter(({ schema: each }) => each.properties !== undefined);
  const plain = rows.filter((row) => !tables.includes(row));
  const sections = tables.map(({ key, schema: each }) => {
    const caps = key === "limits" ? maxima : null;
    return `## [${key}]\n\n${renderTable(rowsOf(each), caps)}`;
  });
  const pages = [INTRO, "## Keys\n", renderTable(plain, null), ...sections, OUTRO, OPERATIONS];
  return [...pages, renderFields(rootFields)].join("\n");
}

function renderFields(rootFields: RootFields): string {
  const fields = [...rootFields];
  const of = (object: string, access: "read" | "write"): string => {
    const names = fields.filter(([, field]) => field.object === object && field.access === access);
    return names.map(([name]) => `\`${name}\``).join(" ");
  };
  const lines = KILI_OBJECTS.map((object) => [object, of(object, "read"), of(object, "write")]);
  const head = ["object", "with `:read`", "with `:write`"];
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n") + "\n";
}

function rowsOf(schema: JsonSchema): Row[] {
  return Object.entries(schema.properties ?? {}).map(([key, each]) => ({
    key,
    schema: each === true || each === false ? {} : each,
    required: schema.required?.includes(key) ?? false,
  }));
}

function renderTable(rows: readonly Row[], caps: Readonly<Record<string, number>> | null): string {
  const head = ["key", "type", "default", ...(caps === null ? [] : ["at most"]), "meaning"];
  const lines = rows.map(({ key, schema, required }) => [
    `\`${key}\``,
    typeName(schema),
    required ? "required" : `\`${JSON.stringify(schema.default)}\``,
    ...(caps === null ? [] : [String(caps[key] ?? "")]),
    schema.description ?? "",
  ]);
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n") + "\n";
}

function typeName(schema: JsonSchema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.type === "array") return "list of strings";
  if (schema.type === "object") return "table";
  if (schema.type === "integer") return "whole number";
  return String(schema.type);
}
