// Finds the PluginHandler class of a Python file and the handlers it defines, by syntax alone. Runs nothing, and does
// not follow what the class inherits.
import { parser } from "@lezer/python";

/** Kili's handlers by their names in Python. */
const PYTHON_HANDLERS: Readonly<Record<string, string>> = {
  on_submit: "onSubmit",
  on_review: "onReview",
  on_custom_interface_click: "onCustomInterfaceClick",
  on_project_updated: "onProjectUpdated",
  on_send_back_to_queue: "onSendBackToQueue",
  on_event: "onEvent",
};

type SyntaxNode = ReturnType<typeof parser.parse>["topNode"];

const MAX_SYNTAX_ERRORS = 5;

export interface PythonAnalysis {
  /** Where the parser lost the thread, as offsets; the first few of them. */
  readonly syntaxErrors: readonly number[];
  /** The class, with its handlers by the SDK's names in their order of definition; null if there is none. */
  readonly plugin: { readonly offset: number; readonly handlers: readonly string[] } | null;
}

/** Analyses one Python file. */
export function analysePython(text: string): PythonAnalysis {
  const tree = parser.parse(text);
  const syntaxErrors: number[] = [];
  tree.iterate({
    enter(node) {
      if (node.type.isError && syntaxErrors.length < MAX_SYNTAX_ERRORS) syntaxErrors.push(node.from);
    },
  });
  const nameOf = (node: SyntaxNode): string => {
    const name = node.getChild("VariableName");
    return name === null ? "" : text.slice(name.from, name.to);
  };
  // Python itself keeps the last of two definitions.
  const found = definitions(tree.topNode, "ClassDefinition").findLast((node) => nameOf(node) === "PluginHandler");
  if (found === undefined) return { syntaxErrors, plugin: null };
  const body = found.getChild("Body");
  const methods = body === null ? [] : definitions(body, "FunctionDefinition").map(nameOf);
  const decorated = body?.getChildren("DecoratedStatement") ?? [];
  if (decorated.some((node) => text.slice(node.from, node.to).startsWith("@on_kili_event"))) methods.push("on_event");
  const handlers = new Set(methods.flatMap((name) => (Object.hasOwn(PYTHON_HANDLERS, name) ? [name] : [])));
  return {
    syntaxErrors,
    plugin: { offset: found.from, handlers: [...handlers].flatMap((name) => PYTHON_HANDLERS[name] ?? []) },
  };
}

/** The definitions directly in a body, decorated or not. */
function definitions(body: SyntaxNode, kind: "ClassDefinition" | "FunctionDefinition"): SyntaxNode[] {
  const decorated = body.getChildren("DecoratedStatement").flatMap((node) => node.getChildren(kind));
  return [...body.getChildren(kind), ...decorated].sort((a, b) => a.from - b.from);
}
