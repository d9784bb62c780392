// What waits in each project's inbox, and what it keeps.
import { Ago } from "./ago.tsx";
import { Empty } from "./empty.tsx";
import { formatBytes } from "./format-bytes.ts";
import { formatCount } from "./format-count.ts";
import { Pill } from "./pill.tsx";
import type { Standings } from "./read-standings.ts";

interface InboxListProps {
  /** Null when the inboxes could not be asked. */
  readonly standings: Standings | null;
  /** Projects that keep no payloads of events that are over. */
  readonly payloadFree: readonly string[];
  /** Days that the others keep them. */
  readonly payloadDays: number;
  readonly now: number;
}

export function InboxList({ standings, payloadFree, payloadDays, now }: InboxListProps) {
  if (standings === null) return <Empty title="The inboxes could not be asked" />;
  const { inboxes, silentProjects } = standings;
  if (inboxes.length + silentProjects.length === 0) return <Empty title="No events lately">Nothing waits.</Empty>;
  const kept = payloadDays === 1 ? "1 day" : `${payloadDays} days`;
  const payloadsOf = (project: string): string | null =>
    payloadDays > 0 && !payloadFree.includes(project) ? kept : null;
  return (
    <div class="scroll" tabindex={0} role="region" aria-label="Table of inboxes">
      <table>
        <thead>
          <tr>
            <th>Project</th>
            <th>Takes events</th>
            <th class="num">Pending</th>
            <th class="num wide-only">Running</th>
            <th class="num wide-only">Journal</th>
            <th class="wide-only">Payloads</th>
          </tr>
        </thead>
        <tbody>
          {inboxes.map(({ projectId, ...standing }) => (
            <InboxRow projectId={projectId} standing={standing} payloads={payloadsOf(projectId)} now={now} />
          ))}
          {silentProjects.map((projectId) => (
            <InboxRow projectId={projectId} standing={null} payloads={payloadsOf(projectId)} now={now} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const BACKLOGS = {
  room: { tone: "good", words: "yes" },
  too_many: { tone: "bad", words: "no: too many wait" },
  too_large: { tone: "bad", words: "no: journal too large" },
} as const;

interface InboxRowProps {
  readonly projectId: string;
  /** Null when it did not answer. */
  readonly standing: Omit<Standings["inboxes"][number], "projectId"> | null;
  /** For how long, or null where none are kept. */
  readonly payloads: string | null;
  readonly now: number;
}

function InboxRow({ projectId, standing, payloads, now }: InboxRowProps) {
  const { tone, words } = standing === null ? SILENT : BACKLOGS[standing.backlog];
  return (
    <tr>
      <td class="main mono">{projectId}</td>
      <td>
        <Pill tone={tone}>{words}</Pill>
      </td>
      <td class="num">
        {standing && formatCount(standing.pendingDeliveries)}
        {standing && standing.oldestPendingAt !== null && (
          <span class="sub">
            oldest <Ago at={standing.oldestPendingAt} now={now} />
          </span>
        )}
      </td>
      <td class="num wide-only">{standing && formatCount(standing.runsInFlight)}</td>
      <td class="num wide-only">{standing && formatBytes(standing.journalBytes)}</td>
      <td class="wide-only">{payloads ?? <span class="muted">not kept</span>}</td>
    </tr>
  );
}

const SILENT = { tone: "bad", words: "did not answer" } as const;
