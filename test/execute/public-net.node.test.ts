// The network below the gate, as `npm start` binds it: what a name resolves to is refused here, whatever the name.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PUBLIC_NET } from "../../cli/host/public-net.ts";

let peer: Server;
let port: number;
let script: string;
const hosts: Miniflare[] = [];

beforeAll(async () => {
  peer = createServer((_, response) => response.end("reached"));
  await new Promise<void>((resolve) => peer.listen(0, "127.0.0.1", resolve));
  ({ port } = peer.address() as AddressInfo);
  const bundle = await build({
    stdin: {
      resolveDir: import.meta.dirname,
      loader: "ts",
      contents: `import { createOutbound } from "../../worker/execute/create-outbound.ts";
        export default { async fetch(request, env) {
          const outbound = createOutbound(env, (open) => fetch(open));
          try { return await outbound(new Request(new URL(request.url).searchParams.get("url"))); }
          catch (error) { return new Response(error.message); }
        } };`,
    },
    bundle: true,
    write: false,
    format: "esm",
  });
  script = bundle.outputFiles[0]?.text ?? "";
});

afterAll(async () => {
  for (const host of hosts) await host.dispose();
  peer.close();
});

async function opened(
  bindings: Record<string, string>,
  withNetwork: boolean,
): Promise<(url: string) => Promise<string>> {
  const host = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script,
      compatibilityDate: "2026-11-01",
      bindings,
      serviceBindings: withNetwork ? { PUBLIC_NET } : {},
    }),
  );
  hosts.push(host);
  await host.ready;
  return async (url) => (await host.dispatchFetch(`http://host/?url=${encodeURIComponent(url)}`)).text();
}

describe("createOutbound", () => {
  test("refuses names and addresses that lead to this machine or its network", async () => {
    const get = await opened({}, true);
    // "localhost" stands for any name here: it is resolved before it is refused.
    const urls = [`http://localhost:${port}/`, `http://127.0.0.1:${port}/`, `http://0.0.0.0:${port}/`];
    urls.push(`http://[::1]:${port}/`, `http://[::ffff:127.0.0.1]:${port}/`, "http://10.0.0.1/", "http://[fd00::1]/");
    for (const url of urls) expect([url, await get(url)]).toEqual([url, expect.stringMatching(/private address/)]);
  });

  test("lets through what the deployment opens, by its port", async () => {
    const get = await opened({ ALLOW_PRIVATE_NET: `localhost:${port}` }, true);
    expect(await get(`http://localhost:${port}/`)).toBe("reached");
    expect(await get(`http://127.0.0.1:${port}/`)).toMatch(/private address/);
  });

  test("is the open network where there is no other", async () => {
    expect(await (await opened({}, false))(`http://localhost:${port}/`)).toBe("reached");
  });
});
