// What a plugin may do and is held to, and who holds it to that.
import type { Manifest } from "../../schemas/manifest.ts";
import type { LimitEnforcer, PluginLimit } from "../graphql/to-plugin-limits.ts";
import { formatBytes } from "./format-bytes.ts";
import { formatCount } from "./format-count.ts";
import { formatDuration } from "./format-duration.ts";
import { Pill } from "./pill.tsx";

interface PermissionsProps {
  readonly manifest: Manifest;
  readonly limits: readonly PluginLimit[];
}

export function Permissions({ manifest, limits }: PermissionsProps) {
  const { kili, net, env } = manifest.permissions;
  return (
    <section class="card" aria-labelledby="permissions-title">
      <div class="card-head">
        <h2 id="permissions-title">Permissions and limits</h2>
      </div>
      <div class="card-body">
        <dl class="facts">
          <Fact name="Kili" values={kili} none="nothing" />
          <Fact name="Network" values={net} none="no host" />
          <Fact name="Variables" values={env} none="none" />
          <Fact name="Runs on" values={manifest.events} none="nothing" />
        </dl>
      </div>
      <div class="scroll" tabindex={0} role="region" aria-label="Limits">
        <table>
          <thead>
            <tr>
              <th>Limit</th>
              <th class="num">Holds</th>
              <th>Held by</th>
            </tr>
          </thead>
          <tbody>
            {limits.map(({ name, unit, declared, effective, enforcer }) => (
              <tr>
                <td class="mono nowrap">{name}</td>
                <td class="num">
                  {toAmount(effective, unit)}
                  {declared !== null && declared !== effective && (
                    <span class="sub">declared {toAmount(declared, unit)}</span>
                  )}
                </td>
                <td>
                  <Enforcer enforcer={enforcer} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Fact({ name, values, none }: { name: string; values: readonly string[]; none: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {values.length === 0 ? (
          <span class="muted">{none}</span>
        ) : (
          <span class="tags">
            {values.map((value) => (
              <span class="tag">{value}</span>
            ))}
          </span>
        )}
      </dd>
    </>
  );
}

function Enforcer({ enforcer }: { readonly enforcer: LimitEnforcer }) {
  switch (enforcer) {
    case "meter":
      return <>metering in its code</>;
    case "host":
      return <>the host</>;
    case "platform":
      return <>the platform</>;
    case "not_enforced_here":
      return <Pill tone="wait">nobody here</Pill>;
    default:
      return enforcer satisfies never;
  }
}

function toAmount(amount: number, unit: string): string {
  if (unit === "ms") return formatDuration(amount);
  return unit === "bytes" ? formatBytes(amount) : `${formatCount(amount)} ${unit}`;
}
