import { expect, test } from "vitest";
import { allowedPrivateNet, kiliUpstream, type Env } from "../../worker/env.ts";

const withVariables = (variables: Partial<Env>): Env => variables as Env;

test("kiliUpstream: no key is no upstream, and the key loses the line end it was pasted with", () => {
  expect(kiliUpstream(withVariables({}))).toBeNull();
  expect(kiliUpstream(withVariables({ KILI_API_KEY: " \n" }))).toBeNull();
  expect(
    kiliUpstream(withVariables({ KILI_API_KEY: "key\n", KILI_API_ENDPOINT: "https://kili.internal/graphql" })),
  ).toEqual({ endpoint: "https://kili.internal/graphql", apiKey: "key" });
});

test("allowedPrivateNet: nothing by default, else what the list says", () => {
  expect(allowedPrivateNet(withVariables({}))).toEqual([]);
  expect(allowedPrivateNet(withVariables({ ALLOW_PRIVATE_NET: " 127.0.0.1:9100,, Kili.internal:443 " }))).toEqual([
    "127.0.0.1:9100",
    "kili.internal:443",
  ]);
});
