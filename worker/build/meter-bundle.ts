// Compiles CPU metering into a bundle: a check of fuel at every loop turn and every function call. Does not decide
// what fuel is or when it ends; that is the guest's module "meter.js".
//
// Why these places are enough for a plugin's own code: it runs without end only by a loop or by calls, and every
// function of its own that is called, be it by itself or by a built-in, has a check at its entry. What remains runs none
// of it, and no check can interrupt that: built-ins that take long by themselves, and built-ins that are given nothing
// but other built-ins to call and so may never end, in one call (an iterator whose `next` is one) or in microtasks (a
// thenable whose `then` is one). Those are for the platform's own limit on CPU time, or for who supervises the process.
//
// The check is `if (--fuel < 0) fuel = refill();`. After an excess refill only throws, so fuel stays negative and
// every later check throws too: code that catches the error gets no further than its next loop turn or call.
// (Paying for several turns at once from a counter in a local variable was measured, and is no faster.)
import remapping, { type EncodedSourceMap } from "@jridgewell/remapping";
import type { AnyNode, Expression } from "acorn";
import { full } from "acorn-walk";
import { MagicString } from "magic-string";
import { keepSources } from "./keep-sources.ts";
import { parseBundle } from "./parse-bundle.ts";

export interface MeteredBundle {
  readonly code: string;
  /** From the metered code to the author's files, with the content of those that are kept; version 3, as JSON text. */
  readonly sourceMap: string;
}

/**
 * Meters one ES module. `sourceMap` leads from `code` to the author's files.
 *
 * @throws {SyntaxError} if `code` does not parse; a bundler's output does.
 */
export function meterBundle(code: string, sourceMap: string): MeteredBundle {
  const program = parseBundle(code);
  const text = new MagicString(code);
  const names = new Set<string>();
  const edits: ((check: Check) => void)[] = [];
  full(program, (node) => {
    // Names as they are meant, not as they are spelt: "\\u005ffuel" is "_fuel".
    if (node.type === "Identifier") names.add(node.name);
    const edit = editOf(node, text, code);
    if (edit !== null) edits.push(edit);
  });
  // One pass for all: a source may hold any number of such names, in strings as well.
  const taken = new Set(code.match(/_(?:drain|fuel|refill)\d*/g));
  const isFree = (name: string): boolean => !names.has(name) && !taken.has(name);
  const fuel = freeName("_fuel", isFree);
  const refill = freeName("_refill", isFree);
  const check: Check = {
    statement: `if(--${fuel}<0)${fuel}=${refill}();`,
    expression: `--${fuel}<0&&(${fuel}=${refill}())`,
  };
  for (const edit of edits) edit(check);
  // `var`: a `let` would cost a check for its dead zone at every use. Nothing can run before this line.
  const drain = freeName("_drain", isFree);
  const setUp = `import{refill as ${refill},onDrain as ${drain}}from"./meter.js";var ${fuel}=0;${drain}(()=>{${fuel}=0});`;
  text.appendLeft(afterHashBang(code), setUp);
  const toBundle = text.generateMap({ hires: "boundary", source: "bundle.js" });
  const toAuthor = remapping([toBundle as EncodedSourceMap, JSON.parse(sourceMap) as EncodedSourceMap], () => null);
  toAuthor.sourcesContent = keepSources(toAuthor);
  return { code: text.toString(), sourceMap: toAuthor.toString() };
}

interface Check {
  readonly statement: string;
  readonly expression: string;
}

/** The edit that puts a check into `node`, or null where none is needed. */
function editOf(node: AnyNode, text: MagicString, code: string): ((check: Check) => void) | null {
  switch (node.type) {
    case "ForStatement":
    case "ForInStatement":
    case "ForOfStatement":
    case "WhileStatement":
    case "DoWhileStatement": {
      const { body } = node;
      if (body.type === "BlockStatement") return (check) => void text.appendLeft(body.start + 1, check.statement);
      return (check) => {
        text.appendLeft(body.start, `{${check.statement}`);
        text.appendLeft(body.end, "}");
      };
    }
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression": {
      const { body } = node;
      if (body.type !== "BlockStatement") return wrap(body, text);
      const last = body.body.findLast((line) => line.type === "ExpressionStatement" && line.directive !== undefined);
      const separator = last !== undefined && code[last.end - 1] !== ";" ? ";" : "";
      return (check) => void text.appendLeft(last?.end ?? body.start + 1, separator + check.statement);
    }
    // Without a constructor, `new` enters no function, but it runs the initialisers of fields, which may say `new`
    // again. A function as initial value is only made, and would lose its name if it were wrapped; a class keeps its
    // name and gets a static block, for making one runs code as well.
    case "PropertyDefinition": {
      const { value } = node;
      if (!value || value.type === "ArrowFunctionExpression") return null;
      if (value.type === "FunctionExpression" && !value.id) return null;
      if (value.type === "ClassExpression" && !value.id)
        return (check) => void text.appendLeft(value.body.start + 1, `static{${check.statement}}`);
      return wrap(value, text);
    }
    default:
      return null;
  }
}

function wrap(body: Expression, text: MagicString): (check: Check) => void {
  return (check) => {
    text.appendLeft(body.start, `(${check.expression},`);
    text.appendLeft(body.end, ")");
  };
}

function freeName(wanted: string, isFree: (name: string) => boolean): string {
  for (let suffix = 0; ; suffix += 1) {
    const name = suffix === 0 ? wanted : `${wanted}${suffix}`;
    if (isFree(name)) return name;
  }
}

function afterHashBang(code: string): number {
  return code.startsWith("#!") ? code.indexOf("\n") + 1 : 0;
}
