// A table of events.
import type { EventSummary } from "../store/summarize-events.ts";
import { Ago } from "./ago.tsx";
import { formatBytes } from "./format-bytes.ts";
import { eventPath } from "./paths.ts";
import { Pill } from "./pill.tsx";

interface EventRowsProps {
  readonly events: readonly EventSummary[];
  readonly now: number;
}

export function EventRows({ events, now }: EventRowsProps) {
  return (
    <div class="scroll" tabindex={0} role="region" aria-label="Table of events">
      <table>
        <thead>
          <tr>
            <th>Event</th>
            <th>Deliveries</th>
            <th class="wide-only">Project</th>
            <th class="wide-only">Asset</th>
            <th class="num wide-only">Size</th>
            <th class="num">Received</th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <tr>
              <td>
                <a href={eventPath(event.id)}>{event.type}</a>
              </td>
              <td>
                <Standing event={event} />
              </td>
              <td class="mono wide-only">{event.projectId}</td>
              <td class="mono wide-only">{event.assetId ?? <span class="muted">–</span>}</td>
              <td class="num wide-only">{formatBytes(event.payloadBytes)}</td>
              <td class="num">
                <Ago at={event.receivedAt} now={now} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What became of an event as a whole: dead ones first, since somebody must look at them. */
function Standing({ event: { deliveryCount, done, dead } }: { readonly event: EventSummary }) {
  if (deliveryCount === 0) return <span class="muted">no plugin asked for it</span>;
  const pending = Math.max(deliveryCount - done - dead, 0);
  return (
    <span class="tags">
      {dead > 0 && <Pill tone="bad">{dead} dead</Pill>}
      {pending > 0 && <Pill tone="wait">{pending} pending</Pill>}
      {done > 0 && <Pill tone="good">{done} done</Pill>}
    </span>
  );
}
