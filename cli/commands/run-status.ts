// The status command: how a host is doing, inbox by inbox, and what wants attention. It changes nothing.
import * as v from "valibot";
import { ok, type Result } from "../../schemas/result.ts";
import type { CliFailure } from "../cli-failure.ts";
import { findHostAccess, type HostFlags } from "../api/find-host-access.ts";
import { queryApi } from "../api/query-api.ts";
import { renderTable } from "../render/render-table.ts";
import { sayResult, type Said } from "../say-result.ts";

export interface StatusFlags extends HostFlags {
  readonly json?: boolean;
}

const StatusSchema = v.object({
  status: v.object({
    deadLetters: v.number(),
    pausesOpen: v.number(),
    pausesQuarantined: v.number(),
    pendingDeliveries: v.number(),
    oldestPendingAt: v.nullable(v.string()),
    databaseBytes: v.number(),
    silentProjects: v.array(v.string()),
    inboxes: v.array(
      v.object({
        projectId: v.string(),
        pendingDeliveries: v.number(),
        oldestPendingAt: v.nullable(v.string()),
        runsInFlight: v.number(),
        backlog: v.string(),
        journalBytes: v.number(),
      }),
    ),
  }),
  listPlugins: v.array(v.object({ name: v.string(), status: v.string(), projectIds: v.array(v.string()) })),
});
type Status = v.InferOutput<typeof StatusSchema>;

const STATUS = `query Status {
  status {
    deadLetters pausesOpen pausesQuarantined pendingDeliveries oldestPendingAt databaseBytes silentProjects
    inboxes { projectId pendingDeliveries oldestPendingAt runsInFlight backlog journalBytes }
  }
  listPlugins(first: 500) { name status projectIds }
}`;

/** Shows how the host is doing; the answer is the exit code: 1 when something wants attention. */
export async function runStatus(flags: StatusFlags): Promise<number> {
  return sayResult(await read(flags, Date.now()), flags.json ?? false);
}

async function read(flags: StatusFlags, now: number): Promise<Result<Said, CliFailure>> {
  const host = await findHostAccess(flags, "read the host's status");
  if (!host.ok) return host;
  const answer = await queryApi(host.value, StatusSchema, STATUS, {});
  if (!answer.ok) return answer;
  const attention = listAttention(answer.value);
  const text = [
    renderPlugins(answer.value),
    renderInboxes(answer.value, now),
    attention.length === 0 ? "Nothing wants attention." : attention.map((line) => `! ${line}`).join("\n"),
  ].join("\n\n");
  return ok({ json: { ...answer.value, attention }, text, exitCode: attention.length === 0 ? 0 : 1 });
}

/** What an operator should look at, each with the command that shows more. */
function listAttention({ status, listPlugins }: Status): string[] {
  const failed = listPlugins.filter((plugin) => plugin.status === "FAILED");
  const full = status.inboxes.filter((inbox) => inbox.backlog !== "room");
  return [
    ...failed.map(({ name }) => `Plugin "${name}" did not build: kili-edge errors "${name}"`),
    ...when(status.deadLetters, "dead letters: kili-edge dead"),
    ...when(status.pausesQuarantined, "plugins in quarantine: kili-edge pauses"),
    ...when(status.pausesOpen, "circuit breakers open: kili-edge pauses"),
    ...full.map(({ projectId }) => `Project "${projectId}" takes no events: too much waits in its inbox`),
    ...status.silentProjects.map((projectId) => `Project "${projectId}": its inbox did not answer in time`),
  ];
}

function when(count: number, what: string): string[] {
  return count > 0 ? [`${count} ${what}`] : [];
}

function renderPlugins({ listPlugins }: Status): string {
  if (listPlugins.length === 0) return "No plugins. kili-edge push <folder> brings one.";
  const rows = listPlugins.map(({ name, status, projectIds }) => [name, status, projectIds.join(", ") || "-"]);
  return renderTable(["PLUGIN", "STATUS", "ACTIVE ON"], rows);
}

function renderInboxes({ status }: Status, now: number): string {
  if (status.inboxes.length === 0) return "No project has had events lately.";
  const rows = status.inboxes.map((inbox) => [
    inbox.projectId,
    String(inbox.pendingDeliveries),
    inbox.oldestPendingAt === null ? "-" : `${Math.round((now - Date.parse(inbox.oldestPendingAt)) / 1000)} s`,
    String(inbox.runsInFlight),
    `${(inbox.journalBytes / 1e6).toFixed(1)} MB`,
  ]);
  return renderTable(["PROJECT", "PENDING", "OLDEST", "RUNNING", "JOURNAL"], rows);
}
