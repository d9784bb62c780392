// A Kili for unit tests: answers what the test says and keeps what it was asked. It checks no permission, no size and no
// document against Kili's schema; the host does.
import type { KiliDoorAnswer } from "../../schemas/guest.ts";
import type { SendToKili } from "./call-kili.ts";

/** One call that a plugin made. */
export interface FakeCall {
  readonly kind: "read" | "write";
  /** The operation's field in Kili's API, such as `createIssues`. */
  readonly operation: string;
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A value as Kili would answer it, one made of the variables, or an error that the call fails with. */
export type FakeAnswer =
  Error | ((variables: Readonly<Record<string, unknown>>) => unknown) | readonly unknown[] | object | string | number;

/** Answers by the operation's field in Kili's API: `labels`, `assets`, `countLabels`, `createIssues` … */
export type FakeAnswers = Readonly<Record<string, FakeAnswer>>;

export interface FakeKili {
  /** Every call so far, in order. */
  readonly calls: readonly FakeCall[];
  readonly send: SendToKili;
}

/**
 * Makes a Kili that answers from `answers`. A list is served in pages, as the client asks for them. A write without an
 * answer gets an id per item, as from Kili; a read without one fails, so that no test rests on what nobody said.
 *
 * @example
 * ```ts
 * const kili = fakeKili({ labels: [{ id: "label-1", jsonResponse: {} }], createIssues: new Error("Kili is down") });
 * ```
 */
export function fakeKili(answers: FakeAnswers = {}): FakeKili {
  const calls: FakeCall[] = [];
  const send: SendToKili = async (document, variables): Promise<KiliDoorAnswer> => {
    const kind = /^\s*mutation\b/.test(document) ? "write" : "read";
    const [, key = "", field = key] = /\{\s*(\w+)(?:\s*:\s*(\w+))?/.exec(withoutVariables(document)) ?? [];
    calls.push({ kind, operation: field, document, variables: structuredClone(variables) });
    const given = Object.hasOwn(answers, field) ? answers[field] : undefined;
    const answer: unknown = typeof given === "function" ? (given as (asked: object) => unknown)(variables) : given;
    if (answer instanceof Error) return { error: { name: answer.name, message: answer.message } };
    if (answer !== undefined) return { data: { [key]: toPage(answer, variables) } };
    if (kind === "write") return { data: { [key]: toNewRows(variables) } };
    const message = `Cannot answer "${field}": the test gives no answer to it, wanted fakeKili({ ${field}: … })`;
    return { error: { name: "NoFakeAnswer", message } };
  };
  return { calls, send };
}

/** The document from its selections on: the definitions of variables may hold braces of their own. */
function withoutVariables(document: string): string {
  return document.replace(/^[^({]*\((?:[^()]|\([^()]*\))*\)/, "");
}

function toPage(answer: unknown, { first, skip }: Readonly<Record<string, unknown>>): unknown {
  if (!Array.isArray(answer) || typeof first !== "number") return answer;
  const from = typeof skip === "number" ? skip : 0;
  return answer.slice(from, from + first);
}

function toNewRows({ data, issues, where }: Readonly<Record<string, unknown>>): unknown {
  const items = [issues, data, where].find((value) => Array.isArray(value)) as readonly unknown[] | undefined;
  return Array.from({ length: items?.length ?? 1 }, (_, index) => ({ id: `new-${index + 1}` }));
}
