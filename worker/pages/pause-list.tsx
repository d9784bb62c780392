// Plugins that are held back on projects, why, and until when; with a button for who may resume them.
import { holdsRole, type Role } from "../../schemas/principal.ts";
import type { PauseRow } from "../store/flush-batch.ts";
import { Ago } from "./ago.tsx";
import { pluginPath } from "./paths.ts";
import { Pill } from "./pill.tsx";

interface PauseListProps {
  readonly pauses: readonly PauseRow[];
  readonly now: number;
  readonly role: Role;
  /** Where to come back to. */
  readonly to: string;
}

export function PauseList({ pauses, now, role, to }: PauseListProps) {
  return (
    <ul class="list">
      {pauses.map((pause) => (
        <li>
          <span>
            <PausePill pause={pause} now={now} /> <a href={pluginPath(pause.pluginName)}>{pause.pluginName}</a> on{" "}
            <span class="mono">{pause.projectId}</span>
            <small class="muted">
              {" "}
              since <Ago at={pause.since} now={now} />: {pause.reason}
            </small>
          </span>
          {holdsRole(role, "operator") && (
            <form method="post" action={pluginPath(pause.pluginName, "/resume")}>
              <input type="hidden" name="projectId" value={pause.projectId} />
              <input type="hidden" name="to" value={to} />
              <button class="button" aria-label={`Resume ${pause.pluginName} on ${pause.projectId}`}>
                Resume
              </button>
            </form>
          )}
        </li>
      ))}
    </ul>
  );
}

function PausePill({ pause: { state, until }, now }: { readonly pause: PauseRow; readonly now: number }) {
  if (state === "quarantined") return <Pill tone="bad">quarantined</Pill>;
  return <Pill tone="wait">{until !== null && until <= now ? "trying again" : "paused"}</Pill>;
}
