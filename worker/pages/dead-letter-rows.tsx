// A table of dead letters, with boxes to tick and what to do with those that are ticked.
import type { RunOutcome } from "../../schemas/run.ts";
import { toRunOutcome } from "../graphql/to-run-outcome.ts";
import type { DeadLetterFilter } from "../store/dead-letter-condition.ts";
import type { DeliveryRow } from "../store/flush-batch.ts";
import { Ago } from "./ago.tsx";
import { OutcomePill } from "./outcome-pill.tsx";
import { eventPath, pluginPath } from "./paths.ts";

interface DeadLetterRowsProps {
  readonly letters: readonly DeliveryRow[];
  readonly outcomes: ReadonlyMap<string, RunOutcome>;
  /** How many the filter means, in words. */
  readonly count: string;
  readonly filter: DeadLetterFilter;
  readonly mayDecide: boolean;
  readonly now: number;
}

export function DeadLetterRows({ letters, outcomes, count, filter, mayDecide, now }: DeadLetterRowsProps) {
  return (
    <form method="post" action="/dead-letters/replay">
      <input type="hidden" name="plugin" value={filter.pluginName ?? ""} />
      <input type="hidden" name="project" value={filter.projectId ?? ""} />
      <input type="hidden" name="reason" value={filter.reason ?? ""} />
      <input type="hidden" name="text" value={filter.text ?? ""} />
      <div class="card-head">
        <h2>{count}</h2>
        {mayDecide ? (
          <div class="actions">
            <button class="button primary">Replay selected</button>
            <button class="button danger" formaction="/dead-letters/discard">
              Discard selected
            </button>
            <button class="button" name="all" value="yes">
              Replay all of them
            </button>
          </div>
        ) : (
          <small class="muted">Deciding takes an operator's key.</small>
        )}
      </div>
      <div class="scroll" tabindex={0} role="region" aria-label="Table of dead letters">
        <table>
          <thead>
            <tr>
              {mayDecide && (
                <th>
                  <input type="checkbox" data-select-all="id" aria-label="Select all on this page" />
                </th>
              )}
              <th>Event</th>
              <th>Plugin</th>
              <th>Why</th>
              <th class="wide-only">Project</th>
              <th class="num wide-only">Attempts</th>
            </tr>
          </thead>
          <tbody>
            {letters.map((letter) => (
              <tr>
                {mayDecide && (
                  <td>
                    <input
                      type="checkbox"
                      name="id"
                      value={letter.id}
                      aria-label={`Select the delivery of ${letter.eventId} to ${letter.pluginName}`}
                    />
                  </td>
                )}
                <td>
                  <a href={eventPath(letter.eventId)} title={letter.eventId}>
                    <Ago at={letter.createdAt} now={now} />
                  </a>
                </td>
                <td>
                  <a href={pluginPath(letter.pluginName)}>{letter.pluginName}</a>
                </td>
                <td class="main">
                  <Why letter={letter} outcome={outcomes.get(letter.id)} />
                </td>
                <td class="mono wide-only">{letter.projectId}</td>
                <td class="num wide-only">{letter.attempts}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </form>
  );
}

function Why({ letter, outcome }: { readonly letter: DeliveryRow; readonly outcome: RunOutcome | undefined }) {
  const { deadReason, lastOutcome } = letter;
  return (
    <>
      {deadReason !== null && deadReason !== "failed" ? (
        <span class="bad-text">{deadReason.replaceAll("_", " ")}</span>
      ) : (
        <OutcomePill type={lastOutcome} />
      )}
      {outcome && <span class="sub">{toRunOutcome(outcome).message}</span>}
    </>
  );
}
