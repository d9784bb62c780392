// A plugin's kept versions, with a way back to each for who may go it.
import { holdsRole, type Role } from "../../schemas/principal.ts";
import type { VersionRow } from "../store/list-versions.ts";
import { Ago } from "./ago.tsx";
import { pluginPath } from "./paths.ts";
import { Pill } from "./pill.tsx";

interface VersionsProps {
  readonly pluginName: string;
  readonly versions: readonly VersionRow[];
  readonly currentId: string | null;
  readonly role: Role;
  readonly now: number;
}

export function Versions({ pluginName, versions, currentId, role, now }: VersionsProps) {
  if (versions.length === 0) return null;
  return (
    <section class="card" id="versions" data-live aria-labelledby="versions-title">
      <div class="card-head">
        <h2 id="versions-title">Versions</h2>
      </div>
      <ul class="list">
        {versions.map(({ id, version, hash, createdAt }) => (
          <li>
            <span>
              {version} <span class="mono muted">{hash.slice(0, 12)}</span>{" "}
              <small class="muted">
                <Ago at={createdAt} now={now} />
              </small>
            </span>
            {id === currentId ? (
              <Pill tone="good">current</Pill>
            ) : (
              holdsRole(role, "operator") && (
                <form method="post" action={pluginPath(pluginName, "/rollback")}>
                  <input type="hidden" name="versionId" value={id} />
                  <button class="button" aria-label={`Roll back to ${version}, ${hash.slice(0, 12)}`}>
                    Roll back
                  </button>
                </form>
              )
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
