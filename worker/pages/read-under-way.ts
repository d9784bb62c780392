// What is under way now, as the inboxes say. An inbox that is slow to answer is left out: a page must not wait for it.
import type { RunUnderWay } from "../../schemas/inbox.ts";
import { BUSY_PROJECT_MS, MAX_UNDER_WAY_INBOXES, UNDER_WAY_MS } from "../limits.ts";
import { log } from "../log.ts";
import { listBusyProjects } from "../store/list-busy-projects.ts";
import { hasProject } from "../store/has-project.ts";
import type { PageContext } from "./page-env.ts";

/** Runs of all busy projects, or of one; the longest under way first. */
export async function readUnderWay(c: PageContext, projectId: string | null): Promise<RunUnderWay[]> {
  const { DB } = c.env;
  const busy = (): Promise<string[]> => listBusyProjects(DB, c.var.now - BUSY_PROJECT_MS, MAX_UNDER_WAY_INBOXES);
  const projects = projectId === null ? await busy() : await known(c, projectId);
  const runs = await Promise.all(projects.map((project) => ask(c, project, null)));
  return runs.flat().sort((a, b) => a.startedAt - b.startedAt);
}

/** One run with more of its log; null when it is not under way. */
export async function readRunUnderWay(c: PageContext, projectId: string, runId: string): Promise<RunUnderWay | null> {
  const [project] = await known(c, projectId);
  const [run] = project === undefined ? [] : await ask(c, project, runId);
  return run ?? null;
}

/** The project if events ever came from it: what a reader writes into the address must make no inbox. */
async function known(c: PageContext, projectId: string): Promise<string[]> {
  return (await hasProject(c.env.DB, projectId)) ? [projectId] : [];
}

async function ask(c: PageContext, project: string, runId: string | null): Promise<readonly RunUnderWay[]> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${UNDER_WAY_MS} ms`)), UNDER_WAY_MS);
  });
  try {
    return await Promise.race([c.env.INBOX.getByName(project).underWay(runId), late]);
  } catch (error) {
    log("warning", "inbox did not say what is under way", { project, error });
    return [];
  } finally {
    clearTimeout(timer);
  }
}
