// An event for a plugin that misbehaves and for a neighbour of it, who must come off well meanwhile.
import { expect } from "vitest";
import { postWebhook, useTestPlugin, waitForRuns, webhookBody, type SeenRun } from "../test-host.ts";

/** Behaves, and is claimed after whoever has a name before its own in the alphabet. */
export const NEIGHBOUR = "your-neighbour";

export interface HostileRun extends SeenRun {
  readonly eventId: string;
  readonly projectId: string;
}

let projects = 0;

/** A project that no other test has. */
export function freshProject(): string {
  return `hostile-${projects++}`;
}

/** Sends an event to a project that has the hostile plugin and the neighbour, and gives back the hostile run. */
export async function runBesideNeighbour(
  name: string,
  { projectId = freshProject(), payload = {} }: { projectId?: string; payload?: Record<string, unknown> } = {},
): Promise<HostileRun> {
  await useTestPlugin(name, [projectId]);
  await useTestPlugin(NEIGHBOUR, [projectId]);
  return sendBesideNeighbour(name, projectId, payload);
}

/** The same with a project where both are active already. */
export async function sendBesideNeighbour(
  name: string,
  projectId: string,
  payload: Record<string, unknown> = {},
): Promise<HostileRun> {
  const answer = await postWebhook(webhookBody(projectId, { payload }));
  expect(answer.status).toBe(202);
  const { id } = await answer.json<{ id: string }>();
  const runs = await waitForRuns(id, 2);
  const run = runs.find((other) => other.plugin === name);
  const neighbour = runs.find((other) => other.plugin === NEIGHBOUR);
  if (run === undefined || neighbour === undefined) throw new Error(`no run of ${name}, or none of ${NEIGHBOUR}`);
  expectUnharmed(neighbour);
  expectMeanwhile(neighbour, run);
  return { ...run, eventId: id, projectId };
}

/** The neighbour's run ended as it does when it is alone. */
function expectUnharmed({ outcome, logs }: SeenRun): void {
  expect(outcome).toEqual({ type: "ok", result: null });
  expect(logs).toEqual(["info: neighbour saw [2,4,6] function 1970-01-01T00:00:00.000Z"]);
}

/**
 * The neighbour, whose turn is the later one, did not wait for the end of the hostile run. What computes has the one
 * thread of this runtime for as long as it does; beside what only waits, the neighbour is done first.
 */
function expectMeanwhile(neighbour: SeenRun, hostile: SeenRun): void {
  expect(NEIGHBOUR > hostile.plugin).toBe(true);
  expect(neighbour.startedAt).toBeLessThanOrEqual(endOf(hostile));
  if (hostile.outcome.type === "timeout") expect(endOf(neighbour)).toBeLessThan(endOf(hostile));
}

function endOf({ startedAt, wallMs }: SeenRun): number {
  return startedAt + wallMs;
}
