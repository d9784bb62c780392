// TOML text to plain values that remember where each of them stands. Knows nothing of manifests.
//
// The parser's own conversion to values is not used: it lets `[a.__proto__]` write to Object.prototype.
import { parseTOML, ParseError, type AST } from "toml-eslint-parser";
import type { BuildProblem } from "../../schemas/artifact.ts";
import { fail, ok, type Result } from "../../schemas/result.ts";
import { MAX_MANIFEST_CHARS } from "../limits.ts";
import { codeFrame } from "./code-frame.ts";

/** Only values that JSON can carry. */
export type TomlValue = string | number | boolean | TomlValue[] | TomlTable;
export interface TomlTable {
  [key: string]: TomlValue;
}

/** Where something stands; lines and columns count from 1. */
export interface TomlPlace {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

export type TomlPath = readonly (string | number)[];

export interface TomlDocument {
  readonly table: TomlTable;
  readonly placeOfKey: (path: TomlPath) => TomlPlace | null;
  readonly placeOfValue: (path: TomlPath) => TomlPlace | null;
}

const MAX_DEPTH = 32;
const TOO_DEEP = `Cannot accept value: found it nested too deeply, wanted at most ${MAX_DEPTH} levels`;
/** They would reach an object's prototype wherever a value is copied key by key. */
const FORBIDDEN_KEYS: readonly string[] = ["__proto__", "constructor", "prototype"];

/** Parses `text`. A syntax error is one problem, as the rest cannot be known; unusable values come all at once. */
export function parseToml(text: string, file: string): Result<TomlDocument, BuildProblem[]> {
  if (text.length > MAX_MANIFEST_CHARS) {
    const message = `Cannot parse TOML: found ${text.length} characters, wanted at most ${MAX_MANIFEST_CHARS}`;
    return fail([toProblem({ place: placeAt(text, MAX_MANIFEST_CHARS), message }, text, file)]);
  }
  let program: AST.TOMLProgram;
  try {
    program = parseTOML(text, { tomlVersion: "1.0" });
  } catch (error) {
    if (error instanceof ParseError) return fail([syntaxProblem(error, text, file)]);
    // The parser recurses: what is nested without measure overflows its stack.
    if (error instanceof RangeError)
      return fail([toProblem({ place: deepPlace(text), message: TOO_DEEP }, text, file)]);
    throw error;
  }
  const found: Findings = { keys: new Map(), values: new Map(), refused: [] };
  const table: TomlTable = {};
  for (const node of program.body[0].body) {
    if (node.type === "TOMLKeyValue") readKeyValue(node, table, [], found);
    else readTable(node, table, found);
  }
  if (found.refused.length > 0) return fail(found.refused.map((refusal) => toProblem(refusal, text, file)));
  return ok({
    table,
    placeOfKey: (path) => found.keys.get(JSON.stringify(path)) ?? null,
    placeOfValue: (path) => found.values.get(JSON.stringify(path)) ?? null,
  });
}

interface Refusal {
  readonly place: TomlPlace;
  readonly message: string;
}

interface Findings {
  /** By path, as JSON. */
  readonly keys: Map<string, TomlPlace>;
  readonly values: Map<string, TomlPlace>;
  readonly refused: Refusal[];
}

function readTable(node: AST.TOMLTable, root: TomlTable, found: Findings): void {
  const path = node.resolvedKey;
  if (!areKeysFine(node.key, path.length, found)) return;
  const place = placeOf(node.key);
  // What is above it may stand nowhere by itself, as the array of `[[a]]` does not, nor `a` of `[a.b]`.
  for (let depth = 1; depth < path.length; depth += 1) {
    const above = JSON.stringify(path.slice(0, depth));
    if (!found.values.has(above)) found.values.set(above, place);
    if (!found.keys.has(above)) found.keys.set(above, place);
  }
  found.keys.set(JSON.stringify(path), place);
  found.values.set(JSON.stringify(path), place);
  const table = tableAt(root, path);
  for (const keyValue of node.body) readKeyValue(keyValue, table, path, found);
}

function readKeyValue(node: AST.TOMLKeyValue, table: TomlTable, under: TomlPath, found: Findings): void {
  const names = node.key.keys.map(nameOf);
  const path = [...under, ...names];
  const name = names.at(-1);
  if (name === undefined || !areKeysFine(node.key, path.length, found)) return;
  node.key.keys.forEach((key, i) => found.keys.set(JSON.stringify([...under, ...names.slice(0, i + 1)]), placeOf(key)));
  const value = readValue(node.value, path, found);
  if (value !== null) tableAt(table, names.slice(0, -1))[name] = value;
}

/** Null where the value was refused. */
function readValue(node: AST.TOMLContentNode, path: TomlPath, found: Findings): TomlValue | null {
  found.values.set(JSON.stringify(path), placeOf(node));
  const refuse = (message: string): null => {
    found.refused.push({ place: placeOf(node), message });
    return null;
  };
  if (path.length > MAX_DEPTH) return refuse(TOO_DEEP);
  if (node.type === "TOMLArray")
    return node.elements.flatMap((element, i) => {
      const value = readValue(element, [...path, i], found);
      return value === null ? [] : [value];
    });
  if (node.type === "TOMLInlineTable") {
    const table: TomlTable = {};
    for (const keyValue of node.body) readKeyValue(keyValue, table, path, found);
    return table;
  }
  switch (node.kind) {
    case "string":
    case "boolean":
      return node.value;
    case "integer":
      if (Number.isSafeInteger(node.value)) return node.value;
      return refuse(`Cannot accept number: found ${node.number}, wanted one below 2^53`);
    case "float":
      if (Number.isFinite(node.value)) return node.value;
      return refuse(`Cannot accept number: found ${node.number}, wanted a finite one`);
    default:
      return refuse(`Cannot accept date or time: found ${node.datetime}, wanted it in quotes, as a string`);
  }
}

/** The table at `path`, made where it is missing. The parser has seen to it that no other value is in the way. */
function tableAt(root: TomlTable, path: TomlPath): TomlTable {
  let at: TomlValue[] | TomlTable = root;
  for (const [i, part] of path.entries()) {
    const inside = at as { [part: string | number]: TomlValue };
    if (!Object.hasOwn(inside, part)) inside[part] = typeof path[i + 1] === "number" ? [] : {};
    at = inside[part] as TomlValue[] | TomlTable;
  }
  return at as TomlTable;
}

function areKeysFine(key: AST.TOMLKey, depth: number, found: Findings): boolean {
  const forbidden = key.keys.find((part) => FORBIDDEN_KEYS.includes(nameOf(part)));
  if (forbidden !== undefined) {
    const message = `Cannot accept key: found ${JSON.stringify(nameOf(forbidden))}, wanted any other name`;
    found.refused.push({ place: placeOf(forbidden), message });
  } else if (depth > MAX_DEPTH) found.refused.push({ place: placeOf(key), message: TOO_DEEP });
  else return true;
  return false;
}

function nameOf(key: AST.TOMLBare | AST.TOMLQuoted): string {
  return key.type === "TOMLBare" ? key.name : key.value;
}

function placeOf({ loc, range }: AST.TOMLNode): TomlPlace {
  return { line: loc.start.line, column: loc.start.column + 1, length: range[1] - range[0] };
}

/** The place of the character at `offset`. */
function placeAt(text: string, offset: number): TomlPlace {
  const before = text.slice(0, offset).split(/\r?\n/);
  return { line: before.length, column: (before.at(-1) ?? "").length + 1, length: 1 };
}

/** Where more brackets are open than may be. A guess: those inside of strings and comments are counted too. */
function deepPlace(text: string): TomlPlace {
  let depth = 0;
  for (const { 0: bracket, index } of text.matchAll(/[[\]{}]/g)) {
    depth += bracket === "[" || bracket === "{" ? 1 : -1;
    if (depth > MAX_DEPTH) return placeAt(text, index);
  }
  return placeAt(text, 0);
}

function toProblem({ place, message }: Refusal, text: string, file: string): BuildProblem {
  const { line, column, length } = place;
  return { file, line, column, message, frame: codeFrame(text, line, column, length) };
}

function syntaxProblem(error: ParseError, text: string, file: string): BuildProblem {
  const [line, column] = [error.lineNumber, error.column + 1];
  const character = text.split(/\r?\n/)[line - 1]?.[column - 1];
  const found = character === undefined ? "the end of the line" : JSON.stringify(character);
  const what = error.message.charAt(0).toLowerCase() + error.message.slice(1);
  return {
    file,
    line,
    column,
    message: `Cannot parse TOML: ${what}, found ${found}`,
    frame: codeFrame(text, line, column),
  };
}
