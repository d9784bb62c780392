// How the inboxes are, as the API says it.
import * as v from "valibot";
import { log } from "../log.ts";
import { callInName } from "./call-in-name.ts";
import type { PageContext } from "./page-env.ts";

const StandingsSchema = v.object({
  status: v.object({
    silentProjects: v.array(v.string()),
    inboxes: v.array(
      v.object({
        projectId: v.string(),
        pendingDeliveries: v.number(),
        oldestPendingAt: v.nullable(v.pipe(v.string(), v.transform(Date.parse))),
        runsInFlight: v.number(),
        backlog: v.picklist(["room", "too_many", "too_large"]),
        journalBytes: v.number(),
      }),
    ),
  }),
});
export type Standings = v.InferOutput<typeof StandingsSchema>["status"];

const STANDINGS = `{ status {
  silentProjects
  inboxes { projectId pendingDeliveries oldestPendingAt runsInFlight backlog journalBytes }
} }`;

/** The inboxes that had something to do lately; null when they could not be asked. */
export async function readStandings(c: PageContext): Promise<Standings | null> {
  const answer = await callInName(c, STANDINGS, {});
  const standings = answer.ok ? v.safeParse(StandingsSchema, answer.value) : null;
  if (standings?.success) return standings.output.status;
  log("warning", "inboxes could not be asked for a page", { why: answer.ok ? "another form" : answer.failure });
  return null;
}
