// What is under way now, as the inboxes say. An inbox that is slow to answer is left out: a page must not wait for it.
import type { RunUnderWay } from "../../schemas/inbox.ts";
import { BUSY_PROJECT_MS, MAX_UNDER_WAY_INBOXES } from "../limits.ts";
import { listBusyProjects } from "../store/list-busy-projects.ts";
import { hasProject } from "../store/has-project.ts";
import { askInboxes } from "./ask-inboxes.ts";
import type { PageContext } from "./page-env.ts";

/** Runs of all busy projects, or of one; the longest under way first. */
export async function readUnderWay(c: PageContext, projectId: string | null): Promise<RunUnderWay[]> {
  const { DB } = c.env;
  const busy = (): Promise<string[]> => listBusyProjects(DB, c.var.now - BUSY_PROJECT_MS, MAX_UNDER_WAY_INBOXES);
  const projects = projectId === null ? await busy() : await known(c, projectId);
  const runs = await ask(c, projects, null);
  return runs.sort((a, b) => a.startedAt - b.startedAt);
}

/** One run with more of its log; null when it is not under way. */
export async function readRunUnderWay(c: PageContext, projectId: string, runId: string): Promise<RunUnderWay | null> {
  const [run] = await ask(c, await known(c, projectId), runId);
  return run ?? null;
}

/** The project if events ever came from it: what a reader writes into the address must make no inbox. */
async function known(c: PageContext, projectId: string): Promise<string[]> {
  return (await hasProject(c.env.DB, projectId)) ? [projectId] : [];
}

async function ask(c: PageContext, projects: readonly string[], runId: string | null): Promise<RunUnderWay[]> {
  const answers = await askInboxes(c, projects, async (inbox): Promise<readonly RunUnderWay[]> =>
    inbox.underWay(runId),
  );
  return [...answers.values()].flat();
}
