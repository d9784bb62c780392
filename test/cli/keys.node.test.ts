// The keys commands against a host that is played here: what is asked, with which key, and what is said.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { mkdtemp, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { findHostAccess } from "../../cli/api/find-host-access.ts";
import type { ListedKey } from "../../cli/api/list-keys.ts";
import { parseExpiry } from "../../cli/parse-expiry.ts";
import { renderKeys } from "../../cli/render/render-keys.ts";
import { runKeys, type KeysCommand } from "../../cli/commands/run-keys.ts";

const NOW = Date.UTC(2026, 10, 1, 10);
const anyText: unknown = expect.any(String);
const FAR = "2099-01-01T00:00:00.000Z";

function key(overrides: Partial<ListedKey>): ListedKey {
  return {
    id: "id-1",
    name: "ci",
    role: "operator",
    createdAt: "2026-11-01T10:00:00.000Z",
    expiryDate: FAR,
    revoked: false,
    lastUsedAt: null,
    ...overrides,
  };
}

describe("parseExpiry", () => {
  it.each([
    ["90d", "2027-01-30T10:00:00.000Z"],
    ["12h", "2026-11-01T22:00:00.000Z"],
    ["2026-12-24", "2026-12-24T00:00:00.000Z"],
    ["2026-12-24T18:00:00+01:00", "2026-12-24T17:00:00.000Z"],
    ["2026-11-01", null],
    ["0d", null],
    ["90", null],
    ["-1d", null],
    ["tomorrow", null],
    ["", null],
  ])("%j", (text, wanted) => {
    expect(parseExpiry(text, NOW)).toBe(wanted);
  });
});

it("renderKeys: a table that says which keys hold", () => {
  const keys = [
    key({ id: "admin", name: "ADMIN_API_KEY", role: "admin", createdAt: null }),
    key({ lastUsedAt: "2026-11-01T09:58:30.000Z", expiryDate: "2026-12-01T00:00:00.000Z" }),
    key({ id: "id-2", name: "old", role: "viewer", expiryDate: "2026-11-01T10:00:00.000Z" }),
    key({ id: "id-3", name: "gone", revoked: true }),
  ];
  expect(renderKeys(keys, NOW).split("\n")).toEqual([
    "NAME           ROLE      STATE    LAST USED         EXPIRES           ID",
    "ADMIN_API_KEY  admin     valid    -                 never             admin",
    "ci             operator  valid    2026-11-01 09:58  2026-12-01 00:00  id-1",
    "old            viewer    expired  -                 2026-11-01 10:00  id-2",
    "gone           operator  revoked  -                 never             id-3",
  ]);
});

describe("findHostAccess", () => {
  afterEach(() => vi.unstubAllEnvs());

  const find = async (devVars: string | null, env: Record<string, string>) => {
    const root = await mkdtemp(join(tmpdir(), "kili-edge-keys-"));
    if (devVars !== null) await writeFile(join(root, ".dev.vars"), devVars);
    for (const name of ["KILI_EDGE_API_KEY", "ADMIN_API_KEY"]) vi.stubEnv(name, env[name] ?? "");
    return findHostAccess({ root, data: root, url: "http://host/" }, "list keys");
  };

  it("prefers one's own key, then the environment's admin, then the host's on this machine", async () => {
    const devVars = "ADMIN_API_KEY=from-file\n";
    const both = { KILI_EDGE_API_KEY: "own", ADMIN_API_KEY: "from-env" };
    expect(await find(devVars, both)).toMatchObject({ ok: true, value: { adminKey: "own", url: "http://host" } });
    expect(await find(devVars, { ADMIN_API_KEY: "from-env" })).toMatchObject({ value: { adminKey: "from-env" } });
    expect(await find(devVars, {})).toMatchObject({ value: { adminKey: "from-file" } });
  });

  it("says where a key may come from when there is none", async () => {
    const found = await find(null, {});
    expect(found).toMatchObject({ ok: false, failure: { reason: "no_secret" } });
    expect(found.ok ? "" : found.failure.message).toMatch(/^Cannot list keys: no KILI_EDGE_API_KEY .* \.dev\.vars/);
  });
});

describe("runKeys", () => {
  interface Asked {
    readonly query: string;
    readonly variables: Record<string, unknown>;
  }

  let server: Server;
  let url: string;
  let asked: Asked[];
  let keys: ListedKey[];
  let out: string[];
  let aside: string[];

  beforeEach(async () => {
    [asked, out, aside, keys] = [[], [], [], []];
    vi.stubEnv("KILI_EDGE_API_KEY", "an-admins-key");
    vi.spyOn(process.stdout, "write").mockImplementation((text) => out.push(String(text)) > 0);
    vi.spyOn(process.stderr, "write").mockImplementation((text) => aside.push(String(text)) > 0);
    server = createServer((request, response) => void serve(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const operation = JSON.parse(Buffer.concat(chunks).toString()) as Asked;
    asked.push(operation);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(request.headers["x-api-key"] === "an-admins-key" ? answer(operation) : {}));
  }

  function answer({ query, variables }: Asked): unknown {
    if (query.includes("createApiKey")) {
      const { name } = variables["data"] as { name: string };
      if (name === "taken")
        return { errors: [{ message: 'Cannot create API key "taken": a valid key has that name' }] };
      return { data: { createApiKey: { id: "id-9", key: "ke_secret" } } };
    }
    if (query.includes("revokeApiKey")) return { data: { revokeApiKey: "API key with name ci successfully revoked" } };
    const { first, skip } = variables as { first: number; skip: number };
    return { data: { apiKeys: keys.slice(skip, skip + first) } };
  }

  const run = (command: KeysCommand, json = false) =>
    runKeys({ root: tmpdir(), data: tmpdir(), url, ...(json && { json }) }, command);

  it("create: the key is all there is on standard output", async () => {
    expect(await run({ type: "create", name: "ci", role: "operator", expires: "90d" })).toBe(0);
    expect(out.join("")).toBe("ke_secret\n");
    expect(aside.join("")).toMatch(/^"ci" \(operator\) is valid until .*shown this once/);
    expect(asked[0]?.variables).toMatchObject({
      data: { name: "ci", role: "operator", expiresAt: anyText },
    });
  });

  it("create --json: one document", async () => {
    expect(await run({ type: "create", name: "ci", role: "viewer" }, true)).toBe(0);
    expect(JSON.parse(out.join(""))).toEqual({
      id: "id-9",
      name: "ci",
      role: "viewer",
      expiresAt: null,
      key: "ke_secret",
    });
    expect(aside).toEqual([]);
  });

  it("create: what the host refuses is said in its words, and fails", async () => {
    expect(await run({ type: "create", name: "taken", role: "viewer" })).toBe(1);
    expect(aside.join("")).toContain("a valid key has that name");
    expect(out).toEqual([]);
    expect(await run({ type: "create", name: "ci", role: "viewer", expires: "yesterday" })).toBe(1);
    expect(asked).toHaveLength(1);
  });

  it("list: every page", async () => {
    keys = Array.from({ length: 230 }, (_, index) => key({ id: `id-${index}`, name: `k${index}` }));
    expect(await run({ type: "list" }, true)).toBe(0);
    expect(JSON.parse(out.join(""))).toHaveLength(230);
    expect(asked).toHaveLength(3);
  });

  it("revoke: by name means the key that holds, by id the one of that id", async () => {
    keys = [
      key({ id: "revoked", revoked: true }),
      key({ id: "expired", expiryDate: "2020-01-01T00:00:00.000Z" }),
      key({ id: "valid" }),
    ];
    expect(await run({ type: "revoke", key: "ci" })).toBe(0);
    expect(asked.at(-1)?.variables).toEqual({ id: "valid" });
    expect(await run({ type: "revoke", key: "expired" })).toBe(0);
    expect(asked.at(-1)?.variables).toEqual({ id: "expired" });
    expect(out.join("")).toContain("successfully revoked");
  });

  it("revoke: an unknown key fails, and nothing is sent", async () => {
    expect(await run({ type: "revoke", key: "nobody" }, true)).toBe(1);
    expect(JSON.parse(out.join(""))).toMatchObject({ error: { reason: "key_unknown" } });
    expect(asked).toHaveLength(1);
  });

  it("a host that is not there fails", async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await run({ type: "list" })).toBe(1);
    expect(aside.join("")).toContain("ECONNREFUSED");
  });
});
