// One chaos run: load on a real host, kills at random moments, then silence until all work is done, then the count.
// It prints through `say` and decides nothing about exit codes.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { renamed } from "../bench/build-bench-plugin.ts";
import { databaseFile } from "../bench/history.ts";
import { valueOf } from "../bench/value-of.ts";
import { buildPluginFolder } from "../cli/build/build-plugins.ts";
import { registerPlugin } from "../cli/api/register-plugin.ts";
import type { Artifact } from "../schemas/artifact.ts";
import { createKiliDouble } from "../test/kili-double/kili-double.ts";
import { serveKiliDouble } from "../test/kili-double/serve-kili-double.ts";
import { createDice, type Dice } from "./dice.ts";
import { createHostProcess, type HostProcess } from "./host-process.ts";
import { judgeHistory } from "./judge-history.ts";
import { countEnded, countShared, lockHistory, readHistory } from "./read-history.ts";
import { resumePlugins } from "./resume-plugins.ts";
import { sendLoad, type Load } from "./send-load.ts";
import { freePort } from "../cli/host/free-port.ts";

const PLUGINS = ["steady", "moody", "slow", "stuck", "writer"];
const PROJECTS = ["chaos-0", "chaos-1", "chaos-2"];
/** Registered once more while events come in, as another version each time. */
const REDEPLOYED = "steady";
const KILI_KEY = "chaos-kili-key";
/** Between a host that answers and its next death. */
const MIN_LIFE_MS = 200;
const MAX_LIFE_MS = 4_000;
/** One kill in so many takes the supervisor, too. */
const KILLS_PER_TREE = 4;
/** And one in so many of the others the database alone. */
const KILLS_PER_DATABASE = 3;
const KILLS_PER_DEPLOY = 3;
const KILLS_PER_LOCK = 6;
const LOCK_MS = 3_000;
/** A version has to show itself brief anew after each kill, for which a short chaos run leaves little time. */
const MANY_KILLS = 20;
/** So long may no attempt end before somebody looks whether a plugin is held back; longer than alarms are apart. */
const QUIET_MS = 8_000;
/**
 * And so long, all looking included, before what has not ended counts as lost: longer than any attempt of the plugins
 * here waits for its turn. Several in a row may wait that long, and others behind them in their lanes.
 */
const SETTLE_MS = 2 * 60_000;

export interface ChaosOptions {
  readonly kills: number;
  readonly seed: number;
  readonly kind: "serve" | "wrangler";
  readonly say: (line: string) => void;
}

export interface ChaosReport {
  readonly seed: number;
  readonly kills: number;
  readonly killsOfAll: number;
  readonly deploys: number;
  readonly locks: number;
  /** Plugins that were held back and let go again. */
  readonly resumed: number;
  readonly posts: number;
  readonly refused: number;
  readonly duplicates: number;
  readonly acknowledged: number;
  readonly deliveries: number;
  readonly runs: Readonly<Record<string, number>>;
  /** Runs that were called together with others of their version. */
  readonly shared: number;
  readonly states: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** Every promise that was broken. Empty is what it is all about. */
  readonly wrong: readonly string[];
}

/** Runs it in a directory of its own, which it deletes if nothing is wrong. */
export async function runChaos({ kills, seed, kind, say }: ChaosOptions): Promise<ChaosReport> {
  const startedAt = performance.now();
  const folder = await mkdtemp(join(tmpdir(), "kili-edge-chaos-"));
  const double = createKiliDouble(KILI_KEY);
  const kili = await serveKiliDouble(double);
  const secrets = {
    WEBHOOK_SECRET: "chaos-webhook-secret-of-this-run",
    ADMIN_API_KEY: "chaos-admin-api-key-of-this-run",
  };
  const host = await createHostProcess({
    kind,
    port: await freePort(),
    folder,
    variables: {
      ...secrets,
      STORE_SECRET: "chaos-store-secret-of-this-run",
      KILI_API_KEY: KILI_KEY,
      KILI_API_ENDPOINT: kili.endpoint,
    },
  });
  try {
    await host.start();
    const artifacts = await Promise.all(PLUGINS.map(build));
    const access = { url: host.url, adminKey: secrets.ADMIN_API_KEY, fetch };
    for (const artifact of artifacts) {
      const { status, name, message } = valueOf(await registerPlugin(access, { status: "built", artifact }));
      if (status !== "registered") throw new Error(`Cannot register "${name}": ${message ?? status}`);
    }
    const done = { kills: 0, killsOfAll: 0, killsOfDatabase: 0, deploys: 0, locks: 0, resumed: 0 };
    const load = sendLoad({
      ...{ url: host.url, secret: secrets.WEBHOOK_SECRET, projects: PROJECTS },
      ...{ senders: 8, pauseMs: 250, dice: createDice(seed + 1) },
    });
    const redeploy = async (version: number): Promise<boolean> => {
      const artifact = artifacts.find(({ manifest }) => manifest.name === REDEPLOYED);
      if (artifact === undefined) return false;
      const next = renamed(artifact, REDEPLOYED, { version: `1.0.${version}` });
      return (await registerPlugin(access, { status: "built", artifact: next })).ok;
    };
    const resume = async (): Promise<void> => void (done.resumed += await resumePlugins(access));
    await killOnAndOn({ host, kills, dice: createDice(seed), redeploy, resume, load, say }, done);

    const file = databaseFile(host.dataDir);
    const expected = load.promised.size * PLUGINS.length;
    await untilSettled(file, expected, resume, say);
    const history = readHistory(file);
    const opened = [...double.state.issues.values()].map((issue) => String(issue["labelID"]));
    const promised = [...load.promised.values()];
    const wrong = [
      ...load.counts.mismatches.map((id) => `Kili's run id ${id} stands for two events`),
      ...judgeHistory(history, {
        promised,
        plugins: PLUGINS,
        writes: { plugin: "writer", labels: opened },
      }),
    ];
    const shared = countShared(file);
    if (kills >= MANY_KILLS && shared === 0) wrong.push("no runs shared a call, so nothing was shown about those");
    const exitCode = await host.stop();
    if (kind === "serve" && exitCode !== 0) wrong.push(`the host ended with ${String(exitCode)} instead of 0`);
    if (wrong.length === 0) await rm(folder, { recursive: true });
    else say(`What the host left is in ${folder}; it said last:\n${host.output().slice(-6_000)}`);
    return {
      seed,
      ...done,
      posts: load.counts.posts,
      refused: load.counts.refused,
      duplicates: load.counts.duplicates,
      acknowledged: promised.length,
      deliveries: history.deliveries.length,
      shared,
      runs: countBy(history.runs.map(({ outcome }) => outcome)),
      states: countBy(history.deliveries.map(({ state }) => state)),
      seconds: Math.round((performance.now() - startedAt) / 1_000),
      wrong,
    };
  } finally {
    await host.killAll();
    await kili.close();
  }
}

interface KillPlan {
  readonly host: HostProcess;
  readonly kills: number;
  readonly dice: Dice;
  readonly redeploy: (version: number) => Promise<boolean>;
  readonly resume: () => Promise<void>;
  readonly load: Load;
  readonly say: (line: string) => void;
}

/** The kills, deploys and locks; after the last kill the load has ended, and nobody asks the host for anything more. */
async function killOnAndOn(
  { host, kills, dice, redeploy, resume, load, say }: KillPlan,
  done: { kills: number; killsOfAll: number; killsOfDatabase: number; deploys: number; locks: number },
): Promise<void> {
  while (done.kills < kills) {
    const lifeMs = dice.between(MIN_LIFE_MS, MAX_LIFE_MS);
    // Wrangler does not take requests again after its runtime has died.
    const ofAll = dice.between(0, KILLS_PER_TREE) === 0 || host.kind === "wrangler";
    const ofDatabase = !ofAll && dice.between(0, KILLS_PER_DATABASE) === 0;
    const deploys = dice.between(0, KILLS_PER_DEPLOY) === 0;
    const locks = dice.between(0, KILLS_PER_LOCK) === 0;
    // Under way while the host dies, each of them.
    const deploying = deploys ? redeploy(done.kills + 1) : Promise.resolve(false);
    const locking = locks ? lockHistory(databaseFile(host.dataDir), LOCK_MS) : Promise.resolve();
    await sleep(lifeMs);
    const isLast = done.kills + 1 === kills;
    const stopping = isLast ? load.stop() : Promise.resolve();
    if (ofAll) {
      await host.killAll();
      await host.start();
      done.killsOfAll += 1;
    } else if (!(await (ofDatabase ? host.killDatabase() : host.killRuntime()))) {
      await sleep(MIN_LIFE_MS);
      continue;
    }
    done.kills += 1;
    if (ofDatabase) done.killsOfDatabase += 1;
    if (locks) done.locks += 1;
    await locking;
    if (await deploying) done.deploys += 1;
    await host.answers();
    const what = ofAll ? "everything" : ofDatabase ? "the database" : "the runtime";
    say(`kill ${done.kills} of ${kills}, of ${what}: ${load.promised.size} events acknowledged`);
    await resume();
    await stopping;
  }
  // Once more with nothing coming in, so that nothing but its own alarms can wake an inbox.
  if (await host.killRuntime()) done.kills += 1;
}

async function untilSettled(
  file: string,
  expected: number,
  resume: () => Promise<void>,
  say: (line: string) => void,
): Promise<void> {
  let last = -1;
  let looks = 0;
  for (let changedAt = Date.now(); Date.now() < changedAt + SETTLE_MS; await sleep(500)) {
    const { deliveries, runs } = countEnded(file);
    if (deliveries >= expected) return;
    if (runs !== last) {
      say(`${deliveries} of ${expected} deliveries have ended, after ${runs} attempts`);
      last = runs;
      looks = 0;
      changedAt = Date.now();
    } else if (Date.now() > changedAt + QUIET_MS * (looks + 1)) {
      looks += 1;
      await resume();
    }
  }
}

async function build(name: string): Promise<Artifact> {
  const result = await buildPluginFolder(join(import.meta.dirname, "plugins", name));
  if (result.status === "failed") throw new Error(result.problems.map(({ message }) => message).join("\n"));
  return result.artifact;
}

function countBy(names: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
}
