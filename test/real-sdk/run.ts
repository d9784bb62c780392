// `npm run test:sdk`: Kili's own Python SDK, from PyPI and unchanged, against this host under `wrangler dev`.
// `--record` keeps the documents it sent in documents.json; other arguments go to pytest.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { format } from "prettier";
import { openWrangler } from "./open-wrangler.ts";
import { prepareVenv } from "./prepare-venv.ts";
import { mergeRecordings, readSdkDocuments, SDK_DOCUMENTS_FILE } from "./sdk-documents.ts";

const root = resolve(import.meta.dirname, "..", "..");
const record = process.argv.includes("--record");
const pytestArgs = process.argv.slice(2).filter((arg) => arg !== "--record");

process.exitCode = await main();

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

  const folder = await mkdtemp(join(tmpdir(), "kili-edge-sdk-"));
  try {
    return await tryReleases(pythons, folder, pythons.size === releases.length);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function tryReleases(pythons: ReadonlyMap<string, string>, folder: string, complete: boolean): Promise<number> {
  const [port, receiverPort] = [await freePort(), await freePort()];
  const [adminKey, webhookSecret] = [newSecret(), newSecret()];
  const variables = {
    ADMIN_API_KEY: adminKey,
    WEBHOOK_SECRET: webhookSecret,
    STORE_SECRET: newSecret(),
    ALLOW_PRIVATE_NET: `127.0.0.1:${receiverPort}`,
    ENVIRONMENT: "test",
  };
  const host = await openWrangler({ root, port, folder, variables });
  const recordings = new Map<string, unknown>();
  let code = 0;
  try {
    for (const [release, python] of pythons) {
      console.log(`\nKili's SDK ${release}`);
      const recording = join(folder, `documents-${release}.json`);
      // A home of its own: the SDK keeps settings and the schema there.
      const home = join(folder, `home-${release}`);
      await mkdir(home);
      const ended = await runPytest(python, {
        HOME: home,
        KILI_EDGE_URL: host.url,
        KILI_EDGE_ADMIN_KEY: adminKey,
        KILI_EDGE_WEBHOOK_SECRET: webhookSecret,
        KILI_EDGE_RECEIVER_PORT: String(receiverPort),
        KILI_EDGE_RECORDING: recording,
      });
      code ||= ended;
      recordings.set(release, JSON.parse(await readFile(recording, "utf8").catch(() => "[]")));
    }
  } finally {
    await host.close();
  }
  if (code !== 0) console.error(`\nThe host's own output:\n${withoutRequests(host.output()).slice(-4000)}`);
  if (code !== 0 || !complete || pytestArgs.length > 0) return code;
  return keepDocuments(recordings);
}

async function keepDocuments(recordings: ReadonlyMap<string, unknown>): Promise<number> {
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

async function listReleases(): Promise<string[]> {
  const names = (await readdir(import.meta.dirname)).map((name) => /^requirements-(.+)\.txt$/.exec(name)?.[1]);
  return names.filter((name) => name !== undefined).sort();
}

function runPytest(python: string, variables: Readonly<Record<string, string>>): Promise<number> {
  // Settings of whoever runs this must not reach the SDK, which reads KILI_API_KEY and KILI_SDK_SKIP_CHECKS.
  const inherited = Object.entries(process.env).filter(([name]) => !/^(KILI_|PYTEST_|PYTHON)/.test(name));
  const child = spawn(python, ["-m", "pytest", "-q", ...pytestArgs], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...Object.fromEntries(inherited),
      ...variables,
      NO_PROXY: "localhost,127.0.0.1",
      PYTHONDONTWRITEBYTECODE: "1",
    },
  });
  return new Promise((done) => {
    child.on("error", () => done(127));
    child.on("close", (code) => done(code ?? 1));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

function newSecret(): string {
  return randomBytes(24).toString("hex");
}

function withoutRequests(output: string): string {
  return output.replaceAll(/^\[wrangler:info\].*\n/gm, "");
}
