// `npm run test:sdk`: Kili's own Python SDK, from PyPI and unchanged, against this host under `wrangler dev`.
// `--record` keeps the documents it sent in documents.json; other arguments go to pytest.
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { format } from "prettier";
import { createKiliDouble } from "../kili-double/kili-double.ts";
import { serveKiliDouble } from "../kili-double/serve-kili-double.ts";
import { openWrangler, type WranglerHost } from "./open-wrangler.ts";
import { prepareVenv } from "./prepare-venv.ts";
import { runPytest } from "./run-pytest.ts";
import { mergeRecordings, readSdkDocuments, SDK_DOCUMENTS_FILE } from "./sdk-documents.ts";
import { freePort } from "../../cli/host/free-port.ts";

type Variables = Readonly<Record<string, string>>;

const root = resolve(import.meta.dirname, "..", "..");
const record = process.argv.includes("--record");
const pytestArgs = process.argv.slice(2).filter((arg) => arg !== "--record");
const folder = await mkdtemp(join(tmpdir(), "kili-edge-sdk-"));
const secrets = { admin: newSecret(), webhook: newSecret(), kili: newSecret() };

try {
  process.exitCode = await main();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function main(): Promise<number> {
  const releases = await listReleases();
  const pythons = new Map<string, string>();
  for (const release of releases) {
    const python = await prepareVenv(root, release);
    if (python.ok) {
      pythons.set(release, python.value);
      continue;
    }
    console.error(python.failure.message);
    if (process.env["CI"]) return 1;
    console.error(`\nSKIPPED: Kili's SDK ${release} was not tried. With CI=true this is a failure.\n`);
  }
  if (pythons.size === 0) return 0;
  const alone = await tryAlone(pythons);
  const connected = await tryConnected(pythons);
  if (alone !== 0 || connected !== 0) return 1;
  return pythons.size === releases.length && pytestArgs.length === 0 ? keepDocuments([...pythons.keys()]) : 0;
}

/** Everything about plugins, on a host that knows no Kili. */
async function tryAlone(pythons: ReadonlyMap<string, string>): Promise<number> {
  const receiverPort = await freePort();
  const host = await open("alone", { ALLOW_PRIVATE_NET: `127.0.0.1:${receiverPort}` });
  return tryReleases("alone", host, pythons, (release) => ({
    KILI_EDGE_RECEIVER_PORT: String(receiverPort),
    KILI_EDGE_RECORDING: recordingOf(release),
  }));
}

/** Everything else, on a host that passes it on. */
async function tryConnected(pythons: ReadonlyMap<string, string>): Promise<number> {
  const double = await serveKiliDouble(createKiliDouble(secrets.kili));
  try {
    const upstream = { KILI_API_ENDPOINT: double.endpoint, KILI_API_KEY: secrets.kili };
    const host = await open("connected", upstream);
    const variables = { KILI_EDGE_DOUBLE_URL: double.origin, KILI_EDGE_DOUBLE_KEY: secrets.kili };
    return await tryReleases("connected", host, pythons, () => variables);
  } finally {
    await double.close();
  }
}

async function open(name: string, more: Variables): Promise<WranglerHost> {
  const state = join(folder, name);
  await mkdir(state);
  const variables = {
    ADMIN_API_KEY: secrets.admin,
    WEBHOOK_SECRET: secrets.webhook,
    STORE_SECRET: newSecret(),
    ENVIRONMENT: "test",
    ...more,
  };
  return openWrangler({ root, port: await freePort(), folder: state, variables });
}

async function tryReleases(
  name: string,
  host: WranglerHost,
  pythons: ReadonlyMap<string, string>,
  variablesOf: (release: string) => Variables,
): Promise<number> {
  let code = 0;
  try {
    for (const [release, python] of pythons) {
      console.log(`\nKili's SDK ${release}, the host ${name}`);
      // A home of its own: the SDK keeps settings and the schema there.
      const home = join(folder, `home-${name}-${release}`);
      await mkdir(home);
      const ended = await runPytest(python, pytestArgs, {
        HOME: home,
        KILI_EDGE_URL: host.url,
        KILI_EDGE_ADMIN_KEY: secrets.admin,
        KILI_EDGE_WEBHOOK_SECRET: secrets.webhook,
        ...variablesOf(release),
      });
      code ||= ended;
    }
  } finally {
    await host.close();
  }
  if (code !== 0) console.error(`\nThe host's own output:\n${withoutRequests(host.output()).slice(-4000)}`);
  return code;
}

async function keepDocuments(releases: readonly string[]): Promise<number> {
  const recordings = new Map<string, unknown>();
  for (const release of releases) recordings.set(release, JSON.parse(await readFile(recordingOf(release), "utf8")));
  const sent = mergeRecordings(recordings);
  if (record) {
    await writeFile(SDK_DOCUMENTS_FILE, await format(JSON.stringify(sent), { parser: "json", printWidth: 120 }));
    console.log(`\n${sent.length} documents written to ${SDK_DOCUMENTS_FILE}`);
    return 0;
  }
  if (isDeepStrictEqual(sent, await readSdkDocuments())) return 0;
  console.error("\nThe SDK sent other documents than documents.json holds: `npm run test:sdk -- --record`, and look");
  return 1;
}

function recordingOf(release: string): string {
  return join(folder, `documents-${release}.json`);
}

async function listReleases(): Promise<string[]> {
  const names = (await readdir(import.meta.dirname)).map((name) => /^requirements-(.+)\.txt$/.exec(name)?.[1]);
  return names.filter((name) => name !== undefined).sort();
}

function newSecret(): string {
  return randomBytes(24).toString("hex");
}

function withoutRequests(output: string): string {
  return output.replaceAll(/^\[wrangler:info\].*\n/gm, "");
}
