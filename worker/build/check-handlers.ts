// Checks that the handlers a plugin's class has are the ones its manifest asks for. Runs nothing: a plugin that builds
// its class at run time is taken at its word.
import type { MethodDefinition, Program, PropertyDefinition } from "acorn";
import type { BuildProblem } from "../../schemas/artifact.ts";
import { HANDLER_TYPES, isHandlerType } from "../../schemas/event.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import { findPluginClass } from "./find-plugin-class.ts";
import type { PlaceProblem } from "./place-problem.ts";

/** The handler that every event pattern is delivered to. */
const PATTERN_HANDLER = "onEvent";
const HANDLER_NAMES: readonly string[] = [...HANDLER_TYPES, PATTERN_HANDLER];

export interface HandlerCheck {
  readonly program: Program;
  readonly events: readonly string[];
  readonly main: string;
  readonly problemAt: PlaceProblem;
  /** A problem at the top of the main file. */
  readonly problemAtTop: (message: string) => BuildProblem;
  /** A problem at the n-th of the manifest's `events`. */
  readonly problemAtEvent: (index: number, message: string) => BuildProblem;
}

/** The names of the handlers that the class implements, in the SDK's order. */
export function checkHandlers(check: HandlerCheck): Result<string[], BuildProblem[]> {
  const { program, events, main, problemAt, problemAtTop, problemAtEvent } = check;
  const found = findPluginClass(program);
  if (found.base === "none") {
    const message = `Cannot find plugin: found no default-exported class that extends PluginCore, wanted "export default class PluginHandler extends PluginCore"`;
    const place = found.declaredBy?.loc;
    const problem = place ? problemAt(place.start, message) : null;
    // What is only passed on from elsewhere has no place in the author's files.
    return fail([problem === null || problem.line === null ? problemAtTop(message) : problem]);
  }
  const problems: BuildProblem[] = [];
  const handlers = new Map<string, Member>();
  const unusable = new Set<string>();
  for (const member of found.chain.flatMap(({ body }) => body.body)) {
    if (member.type === "StaticBlock") continue;
    const name = memberName(member);
    if (name === null || !HANDLER_NAMES.includes(name) || handlers.has(name) || unusable.has(name)) continue;
    const wrong = whyNoHandler(member);
    if (wrong === null) {
      handlers.set(name, member);
      continue;
    }
    unusable.add(name);
    if (member.loc)
      problems.push(problemAt(member.loc.start, `Cannot use "${name}" as a handler: found ${wrong}, wanted a method`));
  }
  for (const [index, event] of events.entries()) {
    const handler = handlerFor(event);
    // A class that extends something made at run time may inherit the handler from it.
    if (handlers.has(handler) || unusable.has(handler) || found.base === "unknown") continue;
    const message = `Cannot deliver "${event}": found no method "${handler}" in the class that ${main} exports, wanted one`;
    problems.push(problemAtEvent(index, message));
  }
  for (const [name, member] of handlers) {
    if (events.some((event) => handlerFor(event) === name) || !member.loc) continue;
    const wanted = name === PATTERN_HANDLER ? 'an event pattern such as "labels.created.*"' : `"${name}"`;
    const message = `Cannot call "${name}": found nothing in the manifest's events that leads to it, wanted ${wanted} there`;
    problems.push(problemAt(member.loc.start, message));
  }
  return problems.length > 0 ? fail(problems) : ok(HANDLER_NAMES.filter((name) => handlers.has(name)));
}

type Member = MethodDefinition | PropertyDefinition;

function handlerFor(event: string): string {
  return isHandlerType(event) ? event : PATTERN_HANDLER;
}

function memberName({ key, computed }: Member): string | null {
  if (key.type === "Literal") return String(key.value);
  return key.type === "Identifier" && !computed ? key.name : null;
}

/** What `member` is, if a call of it by the harness cannot be a call of a handler. */
function whyNoHandler(member: Member): string | null {
  if (member.static) return "a static member";
  if (member.type === "MethodDefinition") {
    if (member.kind === "get" || member.kind === "set") return "a getter or setter";
    // Calling a generator only makes it: its body would never run.
    return member.value.generator ? "a generator" : null;
  }
  const { value } = member;
  if (!value) return "a field without a value";
  const notCallable = ["Literal", "TemplateLiteral", "ObjectExpression", "ArrayExpression", "ClassExpression"];
  if (notCallable.includes(value.type)) return "a field that holds no function";
  return value.type === "FunctionExpression" && value.generator ? "a generator" : null;
}
