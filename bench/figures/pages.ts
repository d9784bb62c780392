// How long the dashboard's pages take on the host's side, and how much of them is sent, over a large history.
import { buildBenchPlugin, renamed } from "../build-bench-plugin.ts";
import type { BenchOptions, Figure } from "../figure.ts";
import { median } from "../median.ts";
import { ADMIN_API_KEY, openBenchHost } from "../open-bench-host.ts";
import { seedRuns } from "../seed-runs.ts";

const WEEK_MS = 7 * 24 * 60 * 60_000;
const PAGES = [
  "/",
  "/?range=1h",
  "/?range=7d",
  "/plugins",
  "/plugins/rule-3",
  "/events",
  "/events?project=project-7&page=10",
  "/events/ev_00000064",
  "/runs",
  "/runs?plugin=rule-3&page=50",
  "/runs/run_00000190",
  "/dead-letters",
  "/dead-letters?text=no+boxes",
  "/settings",
] as const;

interface Page {
  readonly path: string;
  readonly ms: number;
  readonly bytes: number;
}

/** Measures each page by itself, one request after the other, from connecting to its last byte. */
export async function measurePages({ short }: BenchOptions): Promise<readonly Figure[]> {
  const scale = short ? { runs: 10_000, requests: 3 } : { runs: 100_000, requests: 30 };
  const artifact = await buildBenchPlugin("rule");
  const plugins = Array.from({ length: 20 }, (_, index) => renamed(artifact, `rule-${index}`, { projects: ["bench"] }));
  const seeded = {
    runs: scale.runs,
    plugins: plugins.map(({ manifest }) => manifest.name),
    projects: 20,
    until: Date.now(),
    spanMs: WEEK_MS,
  };
  const host = await openBenchHost([], plugins, (dataDir) => seedRuns(dataDir, seeded));
  try {
    const cookie = await signIn(host.url);
    const read = async (path: string): Promise<number> => {
      const answer = await fetch(`${host.url}${path}`, { headers: { cookie }, redirect: "manual" });
      const { byteLength } = await answer.arrayBuffer();
      if (answer.status !== 200) throw new Error(`Cannot measure "${path}": it answered ${answer.status}`);
      return byteLength;
    };
    const files = await readFiles(host.url, cookie, read);
    const pages: Page[] = [];
    for (const path of PAGES) {
      await read(path);
      const times: number[] = [];
      let bytes = 0;
      for (let request = 0; request < scale.requests; request += 1) {
        const start = performance.now();
        bytes = await read(path);
        times.push(performance.now() - start);
      }
      pages.push({ path, ms: median(times), bytes: bytes + files });
    }
    return toFigures(pages, scale.runs, files);
  } finally {
    await host.close();
  }
}

async function signIn(url: string): Promise<string> {
  const headers = { origin: url, "sec-fetch-site": "same-origin" };
  const body = new URLSearchParams({ key: ADMIN_API_KEY });
  const answer = await fetch(`${url}/sign-in`, { method: "POST", headers, body, redirect: "manual" });
  const [cookie] = answer.headers.getSetCookie();
  if (cookie === undefined) throw new Error(`Cannot sign in: the host answered ${answer.status}`);
  return cookie.split(";")[0] ?? "";
}

/** The bytes of what every page loads besides itself, at its first visit. */
async function readFiles(url: string, cookie: string, read: (path: string) => Promise<number>): Promise<number> {
  const text = await (await fetch(url, { headers: { cookie } })).text();
  const paths = new Set([...text.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path = ""]) => path));
  let bytes = 0;
  for (const path of paths) bytes += await read(path);
  return bytes;
}

function toFigures(pages: readonly Page[], runs: number, files: number): Figure[] {
  const slowest = Math.max(...pages.map(({ ms }) => ms));
  const largest = Math.max(...pages.map(({ bytes }) => bytes));
  const each = (text: (page: Page) => string): string => pages.map((page) => `${page.path} ${text(page)}`).join("; ");
  return [
    {
      name: `slowest page of the dashboard with ${runs} runs, p50`,
      value: slowest,
      unit: "ms",
      target: { atMost: 200 },
      detail: each(({ ms }) => `${ms.toFixed(1)} ms`),
      rounds: [],
    },
    {
      name: "largest page of the dashboard, first visit",
      value: largest,
      unit: "bytes",
      target: { atMost: 100_000 },
      detail: `${files} bytes of script, style and icon; ${each(({ bytes }) => `${bytes} B`)}`,
      rounds: [],
    },
  ];
}
