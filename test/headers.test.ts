// What every answer tells a browser, should one have it: not to run, frame, sniff, keep or share it.
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { createGraphqlHandler } from "../worker/graphql/create-graphql-handler.ts";
import { fetchHost } from "./test-host.ts";

const ADMIN = { "x-api-key": "test-admin-key", "content-type": "application/json", origin: "https://evil.example" };
const query = JSON.stringify({ query: "{ viewer { id } }" });

const ANSWERS: readonly [string, string, RequestInit][] = [
  ["GraphQL", "/graphql", { method: "POST", headers: ADMIN, body: query }],
  ["GraphQL under Kili's path", "/api/label/v2/graphql", { method: "POST", headers: ADMIN, body: query }],
  ["GraphQL without a key", "/graphql", { method: "POST", body: query, headers: { origin: "https://evil.example" } }],
  ["the version", "/api/label/v2/version", {}],
  ["a build that is refused", "/api/plugins", { method: "PUT" }],
  ["an upload that is refused", "/api/label/v2/uploads/nothing", { method: "PUT", body: "x" }],
  ["metrics that are refused", "/metrics", {}],
  ["the dashboard", "/", {}],
  ["the sign-in page", "/sign-in", {}],
  ["nothing", "/nothing/here", {}],
  ["a preflight", "/graphql", { method: "OPTIONS", headers: { ...ADMIN, "access-control-request-method": "POST" } }],
];

describe("headers", () => {
  test.each(ANSWERS)("%s", async (_, path, init) => {
    const { headers } = await fetchHost(path, { ...init, redirect: "manual" });
    expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'/);
    expect(headers.get("content-security-policy")).not.toMatch(/unsafe|\*/);
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("referrer-policy")).toMatch(/^(no-referrer|same-origin)$/);
    expect(headers.get("strict-transport-security")).toMatch(/^max-age=\d{7,}/);
    expect(headers.get("cache-control")).toBe("no-store");
    // No origin but the host's own reads an answer.
    expect([...headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
    expect(headers.get("server") ?? headers.get("x-powered-by")).toBeNull();
  });

  test("the query editor, in development, gets what it loads and nothing more", async () => {
    const graphql = createGraphqlHandler({
      readKiliSchema: async () => null,
      buildUpload: async () => {},
      onRegistryChanged: async () => {},
      registerWebhook: async () => {},
    } as never);
    const development = { ...env, ENVIRONMENT: "development" };
    const request = new Request("http://host/graphql", { headers: { accept: "text/html" } });
    const { headers } = await graphql(request, development, createExecutionContext());
    expect(headers.get("content-type")).toMatch(/^text\/html/);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/^default-src 'none'/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src[^;]*(?:\*|'self'|unsafe-eval)/);
  });
});
