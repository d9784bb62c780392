// What a folder of TypeScript sources declares and exports, as far as a reference of them needs it: names, words, members
// and signatures, as they are written. It resolves no types.
import { parseSync, type Class, type Comment, type Function, type ParamPattern, type Statement } from "oxc-parser";
import { commentBefore } from "./comment-before.ts";

export interface Documented {
  /** The JSDoc's words, without its tags. */
  readonly words: string;
  readonly tags: readonly { readonly tag: string; readonly text: string }[];
}

export interface Member extends Documented {
  readonly name: string;
  readonly type: string;
  readonly isMethod: boolean;
}

export interface Declaration extends Documented {
  readonly name: string;
  /** The file it is in. */
  readonly file: string;
  readonly kind: "class" | "function" | "interface" | "type";
  /** With type parameters and what it extends; of a function the whole signature, of a type the whole of it. */
  readonly head: string;
  /** Of classes and interfaces. */
  readonly members: readonly Member[];
}

/** Declarations by name, out of texts by file name. */
export function readDeclarations(sources: ReadonlyMap<string, string>): Map<string, Declaration> {
  const found = new Map<string, Declaration>();
  for (const [file, source] of sources) {
    const { comments, program } = parseSync(file, source, { lang: "ts" });
    for (const statement of program.body) {
      if (statement.type !== "ExportNamedDeclaration" || statement.declaration === null) continue;
      const declared = toDeclaration(statement.declaration, { source, comments }, statement.start, found);
      if (declared !== null) found.set(declared.name, { ...declared, file });
    }
  }
  return found;
}

interface Source {
  readonly source: string;
  readonly comments: readonly Comment[];
}

function toDeclaration(
  node: Statement,
  from: Source,
  start: number,
  found: ReadonlyMap<string, Documented>,
): Omit<Declaration, "file"> | null {
  const document = documented(start, from);
  const text = (of: { start: number; end: number } | null | undefined): string =>
    of ? from.source.slice(of.start, of.end).replaceAll(/\s+/g, " ") : "";
  switch (node.type) {
    case "ClassDeclaration": {
      const parent = node.superClass === null ? "" : ` extends ${text(node.superClass)}`;
      const head = `class ${node.id?.name ?? ""}${text(node.typeParameters)}${parent}`;
      return { ...document, name: node.id?.name ?? "", kind: "class", head, members: classMembers(node, from) };
    }
    case "TSDeclareFunction":
    case "FunctionDeclaration": {
      const name = node.id?.name ?? "";
      // Of overloads the words of the first, and the signature that is the plainest: the function's own.
      const said = document.words === "" ? (found.get(name) ?? document) : document;
      const head = `${name}${text(node.typeParameters)}${signature(node, said, from)}`;
      return { words: said.words, tags: said.tags, name, kind: "function", head, members: [] };
    }
    case "TSInterfaceDeclaration": {
      const parents = node.extends.length === 0 ? "" : ` extends ${node.extends.map(text).join(", ")}`;
      const head = `interface ${node.id.name}${text(node.typeParameters)}${parents}`;
      const members = node.body.body.flatMap((member) => toMember(member, from));
      return { ...document, name: node.id.name, kind: "interface", head, members };
    }
    case "TSTypeAliasDeclaration":
      return {
        ...document,
        name: node.id.name,
        kind: "type",
        head: from.source.slice(node.start, node.end),
        members: [],
      };
    default:
      return null;
  }
}

function documented(start: number, { comments, source }: Source): Documented {
  const [words = "", ...tags] = commentBefore(start, comments, source).split(/^@/m);
  return {
    words: words.trim(),
    tags: tags.map((each) => {
      const [tag = ""] = /^\w+/.exec(each) ?? [];
      return { tag, text: each.slice(tag.length).trim() };
    }),
  };
}

/** What a class shows: neither its private parts, nor what only the host reads. */
function classMembers({ id, body }: Class, from: Source): Member[] {
  return body.body.flatMap((member): Member[] => {
    if (member.type !== "PropertyDefinition" && member.type !== "MethodDefinition") return [];
    if (member.computed || member.key.type !== "Identifier" || member.static) return [];
    const words = documented(member.start, from);
    if (!("kind" in member))
      return [{ ...words, name: member.key.name, type: typeOf(member.typeAnnotation, from), isMethod: false }];
    const name = member.kind === "constructor" ? `new ${id?.name ?? ""}` : member.key.name;
    return [{ ...words, name, type: signature(member.value, words, from), isMethod: true }];
  });
}

type InterfaceMember = Extract<Statement, { type: "TSInterfaceDeclaration" }>["body"]["body"][number];

function toMember(member: InterfaceMember, from: Source): Member[] {
  const words = documented(member.start, from);
  if (member.type === "TSIndexSignature") {
    const [parameter] = member.parameters;
    const key = parameter === undefined ? "" : `${parameter.name}: ${typeOf(parameter.typeAnnotation, from)}`;
    return [{ ...words, name: `[${key}]`, type: typeOf(member.typeAnnotation, from), isMethod: false }];
  }
  if (member.type !== "TSPropertySignature" && member.type !== "TSMethodSignature") return [];
  if (member.computed || member.key.type !== "Identifier") return [];
  const name = member.key.name + (member.optional ? "?" : "");
  if (member.type === "TSPropertySignature")
    return [{ ...words, name, type: typeOf(member.typeAnnotation, from), isMethod: false }];
  const result = typeOf(member.returnType, from);
  const type = `(${parametersOf(member.params, words, from)})${result === "" ? "" : `: ${result}`}`;
  return [{ ...words, name, type, isMethod: true }];
}

function signature({ params, returnType }: Function, words: Documented, from: Source): string {
  const result = typeOf(returnType, from);
  return `(${parametersOf(params, words, from)})${result === "" ? "" : `: ${result}`}`;
}

/** By the names of the JSDoc, where the source takes an argument apart. */
function parametersOf(params: readonly ParamPattern[], { tags }: Documented, from: Source): string {
  const told = tags.flatMap(({ tag, text }) => (tag === "param" ? [/^\w+/.exec(text)?.[0] ?? ""] : []));
  return params
    .map((param, at) => {
      const pattern = param.type === "AssignmentPattern" ? param.left : param;
      if (pattern.type === "TSParameterProperty") return "";
      const isOptional = param.type === "AssignmentPattern" || ("optional" in pattern && pattern.optional);
      const own = pattern.type === "Identifier" ? pattern.name.replace(/^_/, "") : null;
      const annotation = "typeAnnotation" in pattern ? typeOf(pattern.typeAnnotation, from) : "";
      const name = own ?? told[at]?.replace(/^_/, "") ?? lowerFirst(/[A-Z]\w+/.exec(annotation)?.[0] ?? "given");
      return `${name}${isOptional ? "?" : ""}: ${annotation}`;
    })
    .join(", ");
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function typeOf(
  annotation: { typeAnnotation: { start: number; end: number } } | null | undefined,
  { source }: Source,
): string {
  if (!annotation) return "";
  const { start, end } = annotation.typeAnnotation;
  return source.slice(start, end).replaceAll("readonly ", "").replaceAll(/\s+/g, " ");
}
