// Writes docs/sdk.md out of the SDK's own sources: what "kili-edge/sdk" and "kili-edge/sdk/testing" export, but for the
// client's methods, which have a page of their own. A new export gets its place by its file and kind.
import { readDeclarations, type Declaration, type Documented, type Member } from "./read-declarations.ts";

const HEAD = `# The SDK

Generated from \`plugins/sdk\`: what \`kili-edge/sdk\` and, for unit tests, \`kili-edge/sdk/testing\` export. \`this.kili\` has
[a page of its own](kili-client.md).

Objects that a plugin is given are read-only. What Kili sends has no public schema: fields that are not named here are
there all the same, as \`unknown\`.
`;

/** Sections in the page's order, and the files whose exports belong there. */
const SECTIONS: readonly (readonly [title: string, files: readonly string[]])[] = [
  ["The plugin", ["plugin-core.ts", "plugin-context.ts"]],
  ["What handlers are given and may return", ["handler-events.ts"]],
  ["The log", ["create-logger.ts"]],
  ["Variables and secrets", ["create-env.ts"]],
  ["Errors", ["give-up.ts", "retry-later.ts", "not-capable.ts", "kili-error.ts"]],
  ["Labels", ["label.ts"]],
  ["Types of a project's labels", ["project-answers.ts"]],
  ["What Kili's lists hold", ["rows.ts", "kili-nodes.ts"]],
];
const READING = "Reading labels";
const TESTING = "Unit tests";
/** The arguments of the client's methods, which its own page shows. */
const CLIENT = "Types of the client's arguments";
const CLIENT_WORDS = `For code that passes them on. Their members are in the tables of [kili-client.md](kili-client.md):`;

/** The page, out of the texts of plugins/sdk by file name. */
export function renderSdkReference(sources: ReadonlyMap<string, string>): string {
  const declared = readDeclarations(sources);
  const tests = exportsOf(sources.get("testing.ts") ?? "");
  const names = [...exportsOf(sources.get("index.ts") ?? ""), ...tests];
  const exported = names.map((name) => {
    const declaration = declared.get(name);
    if (declaration === undefined) throw new Error(`Cannot write the reference: plugins/sdk declares no "${name}"`);
    return declaration;
  });
  const readers = new Set(exported.flatMap(({ kind, file }) => (kind === "function" ? [file] : [])));
  const sectionOf = ({ name, file }: Declaration): string => {
    if (tests.includes(name)) return TESTING;
    const section = SECTIONS.find(([, files]) => files.includes(file));
    return section?.[0] ?? (readers.has(file) ? READING : CLIENT);
  };
  const sections = [...SECTIONS, [READING, []], [TESTING, []]] as const;
  const parts = sections.map(([title, files]) => {
    const own = exported.filter((each) => sectionOf(each) === title);
    return [`## ${title}\n`, ...own.toSorted(byPlace(sources, files)).map(renderDeclaration)].join("\n");
  });
  const others = exported.flatMap((each) => (sectionOf(each) === CLIENT ? [`\`${each.name}\``] : []));
  return [HEAD, ...parts, `## ${CLIENT}\n\n${CLIENT_WORDS} ${others.toSorted().join(", ")}.\n`].join("\n");
}

function exportsOf(source: string): string[] {
  return [...source.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, names = ""]) =>
    names.split(",").flatMap((name) => name.trim() || []),
  );
}

/** In the order of the section's files, and in each as it is written there. */
function byPlace(sources: ReadonlyMap<string, string>, files: readonly string[]) {
  const placeOf = ({ file, name }: Declaration): number =>
    sources.get(file)?.search(new RegExp(`^export (?:async )?\\w+ ${name}\\b`, "m")) ?? 0;
  return (a: Declaration, b: Declaration): number => {
    if (a.file === b.file) return placeOf(a) - placeOf(b);
    return files.indexOf(a.file) - files.indexOf(b.file) || (a.file < b.file ? -1 : 1);
  };
}

function renderDeclaration(declaration: Declaration): string {
  const { name, kind, head, members } = declaration;
  const code = kind === "interface" && !/[<]| extends /.test(head) ? [] : [`\`\`\`ts\n${head}\n\`\`\`\n`];
  return [`### ${name}\n`, ...code, ...told(declaration), ...renderMembers(members)].join("\n");
}

/** The words, then what tags say, the example last. */
function told({ words, tags }: Documented): string[] {
  const of = (tag: string): string[] => tags.flatMap((each) => (each.tag === tag ? [each.text] : []));
  const params = of("param").flatMap((text) => {
    const [, name = "", meaning = ""] = /^_?(\w+)\s+([^]*)$/.exec(text) ?? [];
    return meaning === "" ? [] : [`- \`${name}\`: ${oneLine(meaning)}`];
  });
  return [
    ...(words === "" ? [] : [`${words}\n`]),
    ...(params.length === 0 ? [] : [`${params.join("\n")}\n`]),
    ...of("typeParam").map(
      (text) => `Type parameter \`${text.split(" ")[0]}\`: ${text.slice(text.indexOf(" ") + 1)}\n`,
    ),
    ...of("returns").map((text) => `Returns: ${text}\n`),
    ...of("throws").map((text) => `Throws ${text.replace(/^(\w+)/, "`$1`")}\n`),
    ...of("see").map((text) => `See <${text}>\n`),
    ...of("example").map((text) => `${text}\n`),
  ];
}

function renderMembers(members: readonly Member[]): string[] {
  // What nobody has written a type or words for is not for authors.
  const fields = members.filter(({ isMethod, type }) => !isMethod && type !== "");
  const rows = fields.map(({ name, type, words }) => {
    const cells = [`\`${name}\``, `\`${type.replaceAll("|", "\\|")}\``, oneLine(words).replaceAll("|", "\\|")];
    return `| ${cells.join(" | ")} |`;
  });
  const table = rows.length === 0 ? [] : [`| member | type | meaning |\n| --- | --- | --- |\n${rows.join("\n")}\n`];
  const methods = members.flatMap((member) =>
    member.isMethod && (member.words !== "" || member.tags.length > 0)
      ? [`#### \`${member.name}${member.type}\`\n`, ...told(member)]
      : [],
  );
  return [...table, ...methods];
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
