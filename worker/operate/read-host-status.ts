// Asks the inboxes and the database how things are. Does not say it to anybody: that is metrics and GraphQL.
import type { HostStatus, InboxStanding } from "../../schemas/host-status.ts";
import type { Env } from "../env.ts";
import { BUSY_PROJECT_MS, MAX_STATUS_INBOXES, STATUS_MS } from "../limits.ts";
import { log } from "../log.ts";
import { listBusyProjects } from "../store/list-busy-projects.ts";
import { readDatabaseFacts } from "../store/read-database-facts.ts";

/** How the host is doing at `now` (epoch milliseconds). Rejects when the database does not answer. */
export async function readHostStatus({ DB, INBOX }: Pick<Env, "DB" | "INBOX">, now: number): Promise<HostStatus> {
  const [database, projects] = await Promise.all([
    readDatabaseFacts(DB),
    listBusyProjects(DB, now - BUSY_PROJECT_MS, MAX_STATUS_INBOXES),
  ]);
  const asked = await Promise.all(projects.map((projectId) => askInbox(INBOX, projectId)));
  return {
    database,
    inboxes: asked.filter((standing) => standing !== null),
    silent: projects.filter((_, index) => asked[index] === null),
  };
}

async function askInbox(inboxes: Env["INBOX"], projectId: string): Promise<InboxStanding | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${STATUS_MS} ms`)), STATUS_MS);
  });
  try {
    return { ...(await Promise.race([inboxes.getByName(projectId).status(), late])), projectId };
  } catch (error) {
    log("warning", "inbox did not say how it is", { project: projectId, error });
    return null;
  } finally {
    clearTimeout(timer);
  }
}
