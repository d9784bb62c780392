// Questions to inboxes, for a page that must not wait for one that is slow to answer.
import { UNDER_WAY_MS } from "../limits.ts";
import { log } from "../log.ts";
import type { PageContext } from "./page-env.ts";

type Inbox = ReturnType<PageContext["env"]["INBOX"]["getByName"]>;

/** What the inboxes of these projects say in time, by project; the others are left out. */
export async function askInboxes<Answer>(
  c: PageContext,
  projectIds: readonly string[],
  question: (inbox: Inbox) => Promise<Answer>,
): Promise<Map<string, Answer>> {
  const answers = new Map<string, Answer>();
  await Promise.all(
    projectIds.map(async (project) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`no answer within ${UNDER_WAY_MS} ms`)), UNDER_WAY_MS);
      });
      try {
        answers.set(project, await Promise.race([question(c.env.INBOX.getByName(project)), late]));
      } catch (error) {
        log("warning", "inbox did not answer a page", { project, error });
      } finally {
        clearTimeout(timer);
      }
    }),
  );
  return answers;
}
