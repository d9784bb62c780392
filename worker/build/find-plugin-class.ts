// Finds the class a bundle default-exports, and the classes of the bundle that it extends. Looks at syntax only:
// what a call would return as a class, nobody knows before it runs.
import type {
  AnonymousClassDeclaration,
  ClassDeclaration,
  ClassExpression,
  Expression,
  Identifier,
  ModuleDeclaration,
  Program,
  Statement,
} from "acorn";
import { SDK_SPECIFIER } from "./bundle-plugin.ts";

export type PluginClassNode = ClassDeclaration | ClassExpression | AnonymousClassDeclaration;

export interface PluginClass {
  /** The statement that declares what is exported by default, a class or not; null if nothing is. */
  readonly declaredBy: Line | null;
  /** The class itself, then what it extends, as far as they are classes of the bundle; empty if it is no class. */
  readonly chain: readonly PluginClassNode[];
  /** Where the chain ends: at the SDK's PluginCore, at something only known at run time, or at nothing. */
  readonly base: "plugin_core" | "unknown" | "none";
}

/** The default-exported class of `program`, or how far it is from having one. */
export function findPluginClass(program: Program): PluginClass {
  const bindings = bindingsOf(program.body);
  const exported = defaultExportOf(program.body);
  const declaredBy = exported?.declaredBy ?? null;
  const first = exported?.value ? follow(exported.value, bindings) : "";
  if (typeof first === "string" || !isClass(first)) return { declaredBy, chain: [], base: "none" };
  const chain = new Set<PluginClassNode>();
  let at: ReturnType<typeof follow> = first;
  while (typeof at !== "string" && isClass(at) && !chain.has(at)) {
    chain.add(at);
    if (!at.superClass) return { declaredBy, chain: [...chain], base: "none" };
    at = follow(at.superClass, bindings);
  }
  return { declaredBy, chain: [...chain], base: at === "PluginCore" ? "plugin_core" : "unknown" };
}

type Value = Expression | PluginClassNode;
/** What a name of the module stands for: an expression, or a name the SDK exports. */
type Bindings = ReadonlyMap<string, Value | string>;
type Line = Statement | ModuleDeclaration;

function isClass(node: Value): node is PluginClassNode {
  return node.type === "ClassDeclaration" || node.type === "ClassExpression";
}

/** Follows names, as far as they lead to one value. esbuild renames classes that name themselves. */
function follow(node: Value, bindings: Bindings): Value | string {
  const seen = new Set<string>();
  let at: Value | string = node;
  while (typeof at !== "string" && at.type === "Identifier" && !seen.has(at.name)) {
    seen.add(at.name);
    at = bindings.get(at.name) ?? "";
  }
  return at;
}

function bindingsOf(body: readonly Line[]): Bindings {
  const bindings = new Map<string, Value | string>();
  for (const line of body) {
    const node = line.type === "ExportNamedDeclaration" && line.declaration ? line.declaration : line;
    if (node.type === "ClassDeclaration") bindings.set(node.id.name, node);
    if (node.type === "VariableDeclaration")
      for (const { id, init } of node.declarations) if (id.type === "Identifier" && init) bindings.set(id.name, init);
    if (node.type === "ExportDefaultDeclaration" && node.declaration.type === "ClassDeclaration" && node.declaration.id)
      bindings.set(node.declaration.id.name, node.declaration);
    if (node.type === "ImportDeclaration" && node.source.value === SDK_SPECIFIER)
      for (const specifier of node.specifiers)
        if (specifier.type === "ImportSpecifier") bindings.set(specifier.local.name, nameOf(specifier.imported));
  }
  return bindings;
}

interface DefaultExport {
  readonly declaredBy: Line;
  /** Null for a function. */
  readonly value: Value | null;
}

function defaultExportOf(body: readonly Line[]): DefaultExport | null {
  for (const line of body) {
    if (line.type === "ExportDefaultDeclaration") {
      const { declaration } = line;
      return { declaredBy: line, value: declaration.type === "FunctionDeclaration" ? null : declaration };
    }
    if (line.type !== "ExportNamedDeclaration" || line.source) continue;
    const found = line.specifiers.find(({ exported }) => nameOf(exported) === "default");
    if (found?.local.type !== "Identifier") continue;
    const { local } = found;
    return { declaredBy: body.find((each) => declares(each, local.name)) ?? line, value: local };
  }
  return null;
}

function declares(line: Line, name: string): boolean {
  if (line.type === "VariableDeclaration")
    return line.declarations.some(({ id }) => id.type === "Identifier" && id.name === name);
  return (line.type === "ClassDeclaration" || line.type === "FunctionDeclaration") && line.id.name === name;
}

function nameOf(node: Identifier | { readonly type: "Literal"; readonly value?: unknown }): string {
  return node.type === "Identifier" ? node.name : String(node.value);
}
