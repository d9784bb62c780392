// What became of one delivery, attempt by attempt, as a time line.
import { toRunOutcome } from "../graphql/to-run-outcome.ts";
import type { DeliveryRow, RunRow } from "../store/flush-batch.ts";
import { Ago } from "./ago.tsx";
import { DeliveryPill } from "./delivery-pill.tsx";
import { formatTook } from "./format-took.ts";
import { eventPath, pluginPath, runPath } from "./paths.ts";

interface DeliveryStepsProps {
  readonly delivery: DeliveryRow;
  /** By attempt. */
  readonly runs: readonly RunRow[];
  readonly mayReplay: boolean;
  readonly now: number;
}

export function DeliverySteps({ delivery, runs, mayReplay, now }: DeliveryStepsProps) {
  const { pluginName, state, attempts, nextAttemptAt, deadReason, settled, replayOf } = delivery;
  const unseen = attempts - runs.length;
  return (
    <article class="card" aria-label={`Delivery to ${pluginName}`}>
      <div class="card-head">
        <h3>
          <a href={pluginPath(pluginName)}>{pluginName}</a>
          {replayOf !== null && <span class="muted"> again</span>}
        </h3>
        <span class="actions">
          {mayReplay && state !== "pending" && <ReplayButton delivery={delivery} />}
          <DeliveryPill state={state} />
        </span>
      </div>
      <ol class="steps">
        {runs.map((run) => (
          <li class={run.outcomeType === "ok" ? "good" : "bad"}>
            <a href={runPath(run.id)}>Attempt {run.attempt}</a>{" "}
            <span class="muted">
              <Ago at={run.startedAt} now={now} />, took {formatTook(run)}
              {run.dryRun && ", dry run"}
            </span>
            <p>{toRunOutcome(run.outcome).message}</p>
          </li>
        ))}
        {unseen > 0 && <li class="muted">{unseen} more attempts</li>}
        {state === "pending" && (
          <li class="wait">
            {nextAttemptAt === null || nextAttemptAt <= now ? (
              "The next attempt is due"
            ) : (
              <>
                The next attempt is <Ago at={nextAttemptAt} now={now} />
              </>
            )}
          </li>
        )}
        {state === "dead" && (
          <li class="bad">
            No attempt is left{deadReason !== null && deadReason !== "failed" && `: ${deadReason.replaceAll("_", " ")}`}
            {settled !== null && <span class="muted">; {settled}</span>}
          </li>
        )}
      </ol>
    </article>
  );
}

/** A dead letter is decided on by that; what ended well is delivered once more beside it. */
function ReplayButton({ delivery }: { readonly delivery: DeliveryRow }) {
  const { id, eventId, pluginName, state, settled } = delivery;
  const isDeadLetter = state === "dead" && settled === null;
  return (
    <form method="post" action={isDeadLetter ? "/dead-letters/replay" : eventPath(eventId, "/replay")}>
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="plugin" value={pluginName} />
      <input type="hidden" name="to" value={eventPath(eventId)} />
      <button class="button" aria-label={`Replay to ${pluginName}`}>
        Replay
      </button>
    </form>
  );
}
