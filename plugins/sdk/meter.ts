// CPU metering, the guest's half: hands out fuel to metered code and stops a run that has had its share. Becomes the
// isolate's module "meter.js". It cannot interrupt a built-in (a catastrophic regular expression, a huge sort):
// metered code asks for fuel, built-ins do not.
//
// Two bounds hold side by side. The clock stops a run that is slow; where the platform freezes the clock between
// I/O, the count of operations stops it all the same.
import { AsyncLocalStorage } from "node:async_hooks";

/** CPU time of one run. Kept up to date for whoever reports on the run; writing to it changes no limit. */
export interface Budget {
  readonly cpuMs: number;
  /** Measured CPU time, in milliseconds; 0 for a run too short to have asked for fuel twice. */
  spentMs: number;
  /** Loop turns and function calls paid for so far. */
  ops: number;
  /** The stack at the first excess, or null while the run is within its budget. */
  exceeded: string | null;
}

/** Thrown into a run that is over its budget, at every loop turn and function call it still tries. */
export class CpuLimitExceeded extends Error {}
// On the prototype, where the stack's first line finds it.
Object.defineProperty(CpuLimitExceeded.prototype, "name", { value: "CpuLimitExceeded" });
// A plugin gets hold of the class through a caught error, and must not put another constructor above it.
Object.freeze(CpuLimitExceeded);
Object.freeze(CpuLimitExceeded.prototype);

/**
 * More than an empty loop makes in a millisecond of CPU time (1.2 million, measured), so that where there is a clock it
 * has the say, also on a faster machine.
 */
const OPS_PER_CPU_MS = 2_000_000;
/** For code outside of any run: modules while they load, when the clock stands still, and callbacks without a run. */
const NO_RUN_CPU_MS = 400;
const NO_RUN_OPS = 5_000_000;
/**
 * Fuel per refill. Small until the code has shown that its steps are short, and never large: a step may be a call of a
 * built-in that takes milliseconds, and as many of them pass before the clock is looked at again.
 */
const MIN_CHUNK_OPS = 16;
const MAX_CHUNK_OPS = 256;

/** What refill goes by. Never leaves this module: a plugin that gets at the Budget still cannot raise its limit. */
interface Account {
  readonly budget: Budget;
  readonly maxMs: number;
  readonly maxOps: number;
  spentMs: number;
  ops: number;
  exceeded: boolean;
  /** True while a timer waits to mark the end of the turn. */
  timed: boolean;
}

// Everything refill calls is taken here, before the plugin's module is evaluated and can patch it.
const accounts = new AsyncLocalStorage<Account>();
const currentAccount = accounts.getStore.bind(accounts);
const runWith = accounts.run.bind(accounts);
const now = Date.now.bind(Date);
const startTimer = setTimeout.bind(globalThis) as (callback: () => void, ms: number) => unknown;

const noRun = openAccount(createBudget(NO_RUN_CPU_MS), NO_RUN_OPS);
/** Until the first run enters. */
let loading = true;
/** Whose turn of the event loop is being timed, and since when. Null between turns. */
let timing: Account | null = null;
let timedSince = 0;
let chunk = MIN_CHUNK_OPS;
/** Takes the fuel that the plugin's module has left. A bundle of before there was such a thing keeps it. */
let takeFuel = (): void => {};

/** Tells how the fuel that was handed out is taken back. */
export function onDrain(take: () => void): void {
  takeFuel = take;
}

/** An unspent budget of `cpuMs` milliseconds. */
export function createBudget(cpuMs: number): Budget {
  return { cpuMs, spentMs: 0, ops: 0, exceeded: null };
}

/** Calls `fn` and charges all it does, now and in its continuations, to `budget`. Enter a budget once. */
export function enterRun<T>(budget: Budget, fn: () => T): T {
  loading = false;
  timing = null;
  // What another run has paid for is not this one's: its time counts from its first step on.
  takeFuel();
  return runWith(openAccount(budget, budget.cpuMs * OPS_PER_CPU_MS), fn);
}

/**
 * The run that the calling code belongs to is over: what it has left behind stops as soon as it needs fuel, which is at
 * its next turn of a loop or call of a function where no other run has some. Else two of them could take turns without
 * end, and each hide the other's time.
 */
export function leaveRun(): void {
  const account = currentAccount();
  if (account === undefined) return;
  // What it did since it last asked for fuel.
  if (timing === account) account.spentMs += Math.max(now() - timedSince, 0);
  account.budget.spentMs = account.spentMs;
  timing = null;
  account.exceeded = true;
  takeFuel();
}

/** The budget of the run that the calling code belongs to; undefined while modules load. */
export function currentRun(): Budget | undefined {
  return currentAccount()?.budget;
}

/**
 * New fuel for metered code that has none left, charged to the current run.
 *
 * @throws {CpuLimitExceeded} once the run is over its budget, and from then on at every call.
 */
export function refill(): number {
  const account = currentAccount() ?? noRun;
  if (!account.exceeded) {
    chargeTime(account);
    account.ops += chunk;
    account.budget.ops = account.ops;
    if (account.spentMs <= account.maxMs && account.ops <= account.maxOps) return chunk;
  }
  // Marked before anything else can go wrong: the caller may be at the very end of its stack.
  account.exceeded = true;
  account.budget.exceeded ??= "";
  const error = new CpuLimitExceeded(
    account === noRun
      ? `Cannot go on outside of a run: the plugin's modules used ${account.spentMs} ms of CPU time and ${account.ops} operations, at most ${account.maxMs} ms and ${account.maxOps} operations are allowed there`
      : `Cannot continue run: it used ${account.spentMs} ms of CPU time and ${account.ops} operations, at most ${account.maxMs} ms and ${account.maxOps} operations are allowed`,
  );
  // The first stack may be empty: formatting it takes stack, too.
  if (account.budget.exceeded === "") account.budget.exceeded = stackOf(error);
  throw error;
}

function openAccount(budget: Budget, maxOps: number): Account {
  return { budget, maxMs: budget.cpuMs, maxOps, spentMs: 0, ops: 0, exceeded: false, timed: false };
}

function chargeTime(account: Account): void {
  const at = now();
  endTurnLater(account);
  if (timing !== account) {
    // The first refill of a turn starts the watch: what lies before it may have been a wait, or another run's time.
    timing = account;
    timedSince = at;
    chunk = MIN_CHUNK_OPS;
    return;
  }
  // From here on without a call, for which there may be no room at the end of the stack: the time would be lost.
  const spentMs = at - timedSince;
  timedSince = at;
  if (spentMs <= 0) {
    if (chunk < MAX_CHUNK_OPS) chunk *= 2;
    return;
  }
  account.spentMs += spentMs;
  account.budget.spentMs = account.spentMs;
  if (spentMs > 1) chunk = MIN_CHUNK_OPS;
}

/** Timers run between turns: when this one does, every turn that was being timed is over. */
function endTurnLater(account: Account): void {
  // While modules load there is one turn only, and timers are refused.
  if (loading || account.timed) return;
  try {
    startTimer(() => {
      account.timed = false;
      timing = null;
      takeFuel();
    }, 0);
    account.timed = true;
  } catch {
    // No room on the stack, or so many timers that there may be no more: the next refill tries again. Until then waits
    // are charged as well, for who has used all timers up is not to go without a clock.
  }
}

/** Errors are formatted by a hook that a plugin can set, and that is metered in turn: it may throw here. */
function stackOf(error: Error): string {
  try {
    return typeof error.stack === "string" ? error.stack : "";
  } catch {
    return "";
  }
}
