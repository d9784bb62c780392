// Writes docs/kili-client.md out of the SDK's own sources: each method of the client with its words, arguments and
// example. It reads declarations and comments, and no more TypeScript than those files have.
import { parseSync, type Comment, type TSInterfaceDeclaration, type TSSignature } from "oxc-parser";
import { commentBefore } from "./comment-before.ts";

interface Declared {
  readonly node: TSInterfaceDeclaration;
  readonly source: string;
  readonly comments: readonly Comment[];
}

interface Row {
  readonly name: string;
  readonly type: string;
  readonly words: string;
}

/** What the page says before its methods. */
const HEAD = `# The Kili client

Generated from \`plugins/sdk\`. A plugin calls Kili through \`this.kili\`, in the name of the host: the key never comes near
it. Names are those of Kili's Python SDK in camelCase, and arguments are objects.

**Permissions.** Each method names the scope it needs in \`[permissions] kili\`. A call is about the project of the event
unless \`projectId\` says otherwise, which takes that project in \`kili_projects\` ([manifest.md](manifest.md)). What is
named by its id alone must be in one of the plugin's projects as well; the host asks Kili where it does not know.

**Lists.** A list is read when it is wanted. \`await\` gives all rows as an array; \`for await\` reads page after page, and no
more once the loop is left. \`first\` bounds both. \`fields\` says what is read, dotted where it is nested, and the rows have
just those fields, with their types. \`jsonResponse\`, \`jsonMetadata\` and \`jsonInterface\` are objects, wherever Kili keeps
them. Pages have the sizes that Kili wants of the project's kind.

**Writes.** Lists that belong together are as long as each other: their entries at one place are about one thing. Long
lists go out in several calls. An id that is undefined, null or empty, alone or in a list, is a \`TypeError\` before
anything is sent: what is left of such a write could be about more than was meant. Where \`projectId\` may be left out,
undefined is the plugin's own project. A write is made once, also when its delivery is tried again or replayed
([writes.md](writes.md)). If it gets no answer, the error's code is \`UnknownOutcome\`; only a write that Kili turned away
for the number of calls is sent again. On a host without a Kili key, writes are recorded and
answered with ids that begin with \`dry-run-\`; reads fail with the code \`NoKiliKey\`.

**Budget.** All plugins of a host share the calls that Kili takes in a minute (\`KILI_CALLS_PER_MINUTE\`). When they are
used up, calls wait, those of the plugin that has used least first, for as long as the run has time; then the code is
\`RateLimited\`. When Kili asks for a pause, everybody waits. Each call counts as one of the run's \`subrequests\` too, but
for those the host makes to find out whose an id is.

**Errors.** \`NotCapable\` says which line of plugin.toml is missing. A \`KiliError\` has the \`operation\`, Kili's own words as
\`reason\`, the \`path\` in the answer if Kili names one, and a \`code\`:
`;

/** The page, out of the texts of plugins/sdk by file name. */
export function renderKiliReference(sources: ReadonlyMap<string, string>): string {
  const interfaces = new Map<string, Declared>();
  let codes = "";
  for (const [file, source] of sources) {
    const { comments, program } = parseSync(file, source, { lang: "ts" });
    for (const statement of program.body) {
      const node = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
      if (node?.type === "TSInterfaceDeclaration") interfaces.set(node.id.name, { node, source, comments });
      if (node?.type === "TSTypeAliasDeclaration" && node.id.name === "KiliErrorCode")
        codes = listOf(commentBefore(statement.start, comments, source));
    }
  }
  const parts = [HEAD, codes];
  for (const [title, name] of [
    ["Reading", "KiliReads"],
    ["Writing", "KiliWrites"],
    ["Anything else", "Kili"],
  ] as const) {
    const declared = interfaces.get(name);
    if (declared === undefined) throw new Error(`Cannot write the reference: plugins/sdk has no interface "${name}"`);
    parts.push(
      `\n## ${title}\n`,
      ...declared.node.body.body.map((method) => renderMethod(method, declared, interfaces)),
    );
  }
  return parts.join("\n");
}

function renderMethod(method: TSSignature, { source, comments }: Declared, interfaces: ReadonlyMap<string, Declared>) {
  if (method.type !== "TSMethodSignature" || method.key.type !== "Identifier")
    throw new Error("Cannot write the reference: the client has something that is no method");
  const [words = "", ...tags] = commentBefore(method.start, comments, source).split(/^@/m);
  const tag = (name: string) =>
    tags
      .find((text) => text.startsWith(name))
      ?.slice(name.length)
      .trim() ?? "";
  const rows = method.params.flatMap((parameter) => {
    const annotation = parameter.type === "Identifier" ? parameter.typeAnnotation?.typeAnnotation : undefined;
    return annotation === undefined ? [] : rowsOf(source.slice(annotation.start, annotation.end), interfaces);
  });
  const table = rows.map(
    ({ name, type, words: meaning }) => `| \`${name}\` | \`${type.replaceAll("|", "\\|")}\` | ${meaning} |`,
  );
  return [
    `### ${method.key.name}\n`,
    `${words.trim()}\n`,
    ...(table.length === 0 ? [] : ["| argument | type | meaning |", "| --- | --- | --- |", ...table, ""]),
    ...(tag("returns") === "" ? [] : [`Returns: ${tag("returns")}\n`]),
    `${tag("example")}\n`,
  ].join("\n");
}

/** The members of every interface that a type's text names, those it extends included. */
function rowsOf(type: string, interfaces: ReadonlyMap<string, Declared>): Row[] {
  const named = [...type.matchAll(/\b[A-Z]\w+/g)].flatMap(([name]) => interfaces.get(name) ?? []);
  const own = named.flatMap(({ node, source, comments }) => [
    ...node.body.body.flatMap((member) => toRow(member, source, comments)),
    ...node.extends.flatMap(({ expression }) => rowsOf(source.slice(expression.start, expression.end), interfaces)),
  ]);
  const inline = [...type.matchAll(/readonly (\w+): ([^;}]+)/g)].map(([, name = "", text = ""]) => ({
    name,
    type: text.trim(),
    words: "",
  }));
  return [...inline, ...own];
}

function toRow(member: TSSignature, source: string, comments: readonly Comment[]): Row[] {
  if (member.type !== "TSPropertySignature" || member.key.type !== "Identifier") return [];
  const annotation = member.typeAnnotation?.typeAnnotation;
  const type =
    annotation === undefined ? "" : source.slice(annotation.start, annotation.end).replaceAll("readonly ", "");
  const words = commentBefore(member.start, comments, source);
  return [{ name: member.key.name + (member.optional ? "?" : ""), type: type.replaceAll(/\s+/g, " "), words }];
}

/** The list in a comment. */
function listOf(comment: string): string {
  return comment.slice(comment.indexOf("- "));
}
