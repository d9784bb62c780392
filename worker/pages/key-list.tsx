// API keys: whose, what they may do, until when. Not the keys themselves, which nobody has.
import { holdsRole, type Principal } from "../../schemas/principal.ts";
import { BOOTSTRAP } from "../graphql/authenticate.ts";
import type { ApiKeyRow } from "../store/list-api-keys.ts";
import { Ago } from "./ago.tsx";
import { Pill } from "./pill.tsx";

interface KeyListProps {
  readonly keys: readonly ApiKeyRow[];
  readonly principal: Principal;
  readonly now: number;
}

export function KeyList({ keys, principal, now }: KeyListProps) {
  const mayRevoke = holdsRole(principal.role, "admin");
  const withBootstrap = mayRevoke || principal.id === BOOTSTRAP.id;
  return (
    <div class="scroll" tabindex={0} role="region" aria-label="Table of API keys">
      <table>
        <thead>
          <tr>
            <th>Name</th>
            <th>Role</th>
            <th>State</th>
            <th class="wide-only">Last used</th>
            <th>
              <span class="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {withBootstrap && (
            <tr>
              <td>
                ADMIN_API_KEY
                <span class="sub">of the deployment's configuration</span>
              </td>
              <td>admin</td>
              <td>
                <Pill tone="good">valid</Pill>
              </td>
              <td class="wide-only muted">not kept</td>
              <td></td>
            </tr>
          )}
          {keys.map((key) => (
            <tr>
              <td class="main">
                {key.name}
                {key.id === principal.id && <span class="sub">you are signed in with it</span>}
              </td>
              <td>{key.role}</td>
              <td>
                <KeyState apiKey={key} now={now} />
              </td>
              <td class="wide-only">
                {key.lastUsedAt === null ? <span class="muted">never</span> : <Ago at={key.lastUsedAt} now={now} />}
              </td>
              <td class="num">
                {mayRevoke && key.revokedAt === null && (
                  <form method="post" action="/settings/revoke-key">
                    <input type="hidden" name="id" value={key.id} />
                    <button class="button danger" aria-label={`Revoke ${key.name}`}>
                      Revoke
                    </button>
                  </form>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function KeyState({ apiKey, now }: { readonly apiKey: ApiKeyRow; readonly now: number }) {
  const { revokedAt, expiresAt } = apiKey;
  if (revokedAt !== null) return <Pill tone="plain">revoked</Pill>;
  if (expiresAt === null) return <Pill tone="good">valid</Pill>;
  if (expiresAt <= now) return <Pill tone="plain">expired</Pill>;
  return (
    <>
      <Pill tone="good">valid</Pill>
      <span class="sub">
        ends <Ago at={expiresAt} now={now} />
      </span>
    </>
  );
}
