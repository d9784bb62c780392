// Every command that a page of docs/ shows is run, in the page's order, in a checkout of its own, against a host that the
// tutorial's own command starts; or it is listed here with the reason why it cannot be. README.md's are .ci/run's.
import { globSync, readFileSync } from "node:fs";
import { chmod, cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ROOT } from "../../bench/open-worker.ts";
import { freePort } from "../../cli/host/free-port.ts";
import { createKiliDouble } from "../kili-double/kili-double.ts";
import { serveKiliDouble, type ServedKiliDouble } from "../kili-double/serve-kili-double.ts";
import { listCommands } from "./list-commands.ts";
import { openCheckout, type Checkout, type Going } from "./open-checkout.ts";

/** Commands that do not run here, and why. */
const NOT_RUN: Readonly<Record<string, string>> = {
  "npm run bench": "takes the machine for itself, for minutes",
  "npx wrangler d1 create kili-edge": "makes a database at Cloudflare",
  "npx wrangler d1 migrations apply kili-edge --remote": "changes a database at Cloudflare; .ci/run does it --local",
  "npx wrangler secret put WEBHOOK_SECRET": "sets a secret at Cloudflare",
  "npx wrangler secret put ADMIN_API_KEY": "sets a secret at Cloudflare",
  "npx wrangler secret put KILI_API_KEY": "sets a secret at Cloudflare",
  "npx wrangler secret put STORE_SECRET": "sets a secret at Cloudflare",
  "npx wrangler deploy": "deploys to Cloudflare; .ci/run does it with --dry-run",
  "git clone <this repository> /opt/kili-edge && cd /opt/kili-edge": "the checkout is made by this test",
  "npm ci": "would replace the packages that this test runs on; .ci/run installs them",
  "install -m 600 -o kili-edge /dev/null /etc/kili-edge.secrets": "wants root, and the service's user",
  "git pull && npm ci && npm run build": "wants the repository's remote",
  "systemctl restart kili-edge": "wants the service",
};
/** Not shown to be run: the page is made of the commands' definitions, and shows how each is put together. */
const SYNOPSES = "docs/cli.md";
/** The tutorial's way to start a host, which all pages use here. */
const START = "npm start";

const pages = globSync("docs/*.md", { cwd: ROOT }).sort();
const shown = pages
  .filter((page) => page !== SYNOPSES)
  .flatMap((page) => listCommands(page, readFileSync(join(ROOT, page), "utf8")));
const run = shown.filter(({ line }) => !Object.hasOwn(NOT_RUN, line) && line !== START);

const double = createKiliDouble("double-key");
let checkout: Checkout;
let kili: ServedKiliDouble;
let host: Going;
let port: number;
let servePort: number;

beforeAll(async () => {
  [port, servePort] = [await freePort(), await freePort()];
  kili = await serveKiliDouble(double);
  checkout = await openCheckout();
  const variables = { KILI_API_KEY: "double-key", KILI_API_ENDPOINT: kili.endpoint };
  host = checkout.start(`${START} -- --port ${port} --no-watch`, variables);
  await until(() => expect(host.output()).toContain("kili-edge is running at"));
}, 120_000);

afterAll(async () => {
  await checkout.remove();
  await kili.close();
}, 60_000);

const until = (assertion: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(assertion, { timeout: 60_000, interval: 100 });

async function mustRun(line: string): Promise<string> {
  const { code, output } = await checkout.run(line);
  expect(output, `${line} ends with ${code}`).toSatisfy(() => code === 0);
  return output;
}

/** Posts the sample as Kili would, to one plugin. */
async function post(plugin: string, runId: string): Promise<void> {
  const sample = JSON.parse(await readFile(join(ROOT, "cli", "samples", "onSubmit.json"), "utf8")) as object;
  const vars = await readFile(join(checkout.folder, ".dev.vars"), "utf8");
  const answer = await fetch(`http://127.0.0.1:${port}/webhook/${plugin}`, {
    method: "POST",
    headers: { authorization: /^WEBHOOK_SECRET=(.*)$/m.exec(vars)?.[1] ?? "" },
    body: JSON.stringify({ ...sample, logPayload: { runId, projectId: "demo" } }),
  });
  expect(answer.status).toBe(202);
}

/** A plugin's folder in the checkout, out of an example. */
async function makePlugin(folder: string, name: string, main?: string): Promise<void> {
  const at = join(checkout.folder, folder);
  await cp(join(ROOT, "plugins", "bbox-count"), at, { recursive: true });
  const toml = await readFile(join(at, "plugin.toml"), "utf8");
  await writeFile(
    join(at, "plugin.toml"),
    toml.replace(/^name = .*$/m, `name = "${name}"`) + "\n[retry]\nmax_attempts = 1\n",
  );
  if (main !== undefined) await writeFile(join(at, "main.ts"), main);
}

const BROKEN = `
import { PluginCore } from "kili-edge/sdk";
export default class PluginHandler extends PluginCore {
  override onSubmit() { throw new Error("broken"); }
  override onReview() {}
}`;

/** What a page takes for granted before its first command. */
const BEFORE: Readonly<Record<string, () => Promise<void>>> = {
  // A plugin with dead letters, that the circuit breaker holds back.
  "docs/delivery.md": async () => {
    await makePlugin("broken", "bbox-count", BROKEN);
    await mustRun("kili-edge push broken");
    for (let n = 0; n < 12; n += 1) await post("bbox-count", `broken-${n}`);
    await until(async () => expect(await mustRun("kili-edge pauses")).toContain("bbox-count"));
  },
  "docs/moving-from-kili.md": async () => {
    await makePlugin("path/to/plugin", "my-rule");
    await writeFile(join(checkout.folder, "label.json"), JSON.stringify({ id: "label-1", jsonResponse: {} }));
  },
  "docs/self-hosting.md": async () => {
    await writeFile(join(checkout.folder, "secrets"), "");
    await chmod(join(checkout.folder, "secrets"), 0o600);
  },
  "docs/types.md": async () => {
    const { jsonInterface } = JSON.parse(
      await readFile(join(ROOT, "test", "cli", "label-types", "image.json"), "utf8"),
    ) as { jsonInterface: object };
    double.state.projects.set("demo", { id: "demo", title: "Demo", jsonInterface: JSON.stringify(jsonInterface) });
    await mkdir(join(checkout.folder, "plugins", "one-box"), { recursive: true });
  },
  "docs/uploading.md": () => makePlugin("path/to/plugin", "my-rule"),
};

/** A command with what it leaves to the reader filled in. */
async function fillIn(text: string): Promise<string> {
  const idOf = async (pattern: RegExp, command: string): Promise<string> =>
    pattern.exec(await mustRun(command))?.[0] ?? `nothing in ${command}`;
  const here: readonly (readonly [string, string | (() => Promise<string>)])[] = [
    ["https://kili-edge.example.workers.dev", `http://127.0.0.1:${port}`],
    ["clf…", "demo"],
    // What is replayed goes to the version of then: it has been mended by now.
    ["dl_…", () => idOf(/dl_\w+/, "kili-edge push plugins/bbox-count >&2 && kili-edge dead --json")],
    ["ev_…", () => idOf(/ev_\w+/, "kili-edge send onSubmit --plugin consensus")],
    ["/etc/kili-edge.secrets", "secrets"],
    ["--data /var/lib/kili-edge", `--data served --port ${servePort}`],
    ["Plugin with name bbox-count", "Plugin with name my-rule"],
  ];
  let filled = text;
  for (const [from, to] of here)
    if (filled.includes(from)) filled = filled.replaceAll(from, typeof to === "string" ? to : await to());
  return filled;
}

/** Commands that go on, and how it shows that they do what they should. */
const GOES_ON: readonly (readonly [RegExp, (going: Going) => Promise<void>])[] = [
  [
    /kili-edge -- serve /,
    async () => until(async () => expect((await fetch(`http://127.0.0.1:${servePort}/readyz`)).status).toBe(200)),
  ],
  [
    / logs one-box .*--follow/,
    async (going) => {
      await post("one-box", "followed");
      await until(() => expect(going.output()).toMatch(/^\d{4}-\d\d-\d\d.*OBJECT_A/m));
    },
  ],
];

describe.each([...new Set(run.map(({ page }) => page))])("%s", (page) => {
  beforeAll(() => BEFORE[page]?.(), 60_000);

  it.each(run.filter((command) => command.page === page))("$line", async ({ line, output }) => {
    const command = await fillIn(line);
    const proof = GOES_ON.find(([pattern]) => pattern.test(line))?.[1];
    if (proof === undefined) {
      const said = await mustRun(command);
      for (const text of output) expect(said).toContain(await fillIn(text));
      return;
    }
    const going = checkout.start(command);
    try {
      await proof(going);
    } finally {
      await going.end();
    }
  });
});

describe("the list of what is not run", () => {
  it("names commands that pages show, and a reason for each", () => {
    const lines = new Set(shown.map(({ line }) => line));
    expect(Object.keys(NOT_RUN).filter((line) => !lines.has(line))).toEqual([]);
    expect(lines).toContain(START);
    expect(run.length).toBeGreaterThan(20);
  });
});
