// Why a plugin's latest build failed, in its author's files.
import type { BuildErrorRow } from "../store/list-build-errors.ts";
import { Ago } from "./ago.tsx";

interface BuildErrorsProps {
  /** Newest build first; only its problems are shown. */
  readonly problems: readonly BuildErrorRow[];
  /** The version that goes on running; null if none does. */
  readonly runningVersion: string | null;
  readonly now: number;
}

export function BuildErrors({ problems, runningVersion, now }: BuildErrorsProps) {
  const [newest] = problems;
  if (newest === undefined) return null;
  const shown = problems.filter(({ createdAt }) => createdAt === newest.createdAt);
  return (
    <section class="card" id="build-errors" data-live aria-labelledby="build-errors-title">
      <div class="card-head">
        <h2 id="build-errors-title">It did not build</h2>
        <small class="muted">
          <Ago at={newest.createdAt} now={now} />
        </small>
      </div>
      <div class="card-body stack">
        {runningVersion !== null && <p class="muted">Version {runningVersion} keeps running.</p>}
        {shown.map(({ file, line, column, message, frame }) => (
          <div class="stack-s">
            <p>
              {file !== null && (
                <span class="mono">{[file, line, column].filter((part) => part !== null).join(":")} </span>
              )}
              <span class="bad-text">{message}</span>
            </p>
            {frame !== null && (
              <pre class="code" tabindex={0}>
                {frame}
              </pre>
            )}
          </div>
        ))}
      </div>
    </section>
  );
}
