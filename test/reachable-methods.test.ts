// What can be called over RPC, by whoever holds a stub: every name on the prototype of an object or entrypoint. A new
// one is a decision, which this list is to be told of; what is not for others has a `#`.
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import { expect, test } from "vitest";
import * as worker from "../worker/index.ts";
import { HOST_METHODS } from "./host-methods.ts";

/** Names on a class and all it extends below the platform's own. */
function namesOf(made: { readonly prototype: object }): string[] {
  const names: string[] = [];
  const platform: readonly object[] = [DurableObject.prototype, WorkerEntrypoint.prototype];
  let from = made.prototype;
  while (!platform.includes(from)) {
    names.push(...Reflect.ownKeys(from).map(String));
    from = Object.getPrototypeOf(from) as object;
  }
  return names.filter((name) => name !== "constructor").toSorted((one, other) => one.localeCompare(other));
}

test("the methods of objects and entrypoints are those that were decided on", () => {
  const classes = Object.entries(worker).filter(([, value]) => typeof value === "function");
  const found = Object.fromEntries(classes.map(([name, made]) => [name, namesOf(made as { prototype: object })]));
  expect(found).toEqual(HOST_METHODS);
});
