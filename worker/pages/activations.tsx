// Where a plugin is on and off, with switches for who may use them.
import type { ActivationMode } from "../../schemas/mode.ts";
import { holdsRole, type Role } from "../../schemas/principal.ts";
import type { ActivationRow } from "../store/list-activations.ts";
import { ACTIVATION_STATES } from "./activation-states.ts";
import { Ago } from "./ago.tsx";
import { Empty } from "./empty.tsx";
import { pluginPath } from "./paths.ts";
import { Pill } from "./pill.tsx";

interface ActivationsProps {
  readonly pluginName: string;
  readonly activations: readonly ActivationRow[];
  /** Projects that events have come from. */
  readonly projects: readonly string[];
  readonly role: Role;
  readonly now: number;
}

/** As many projects as a field may offer. */
const OFFERED = 200;

export function Activations({ pluginName, activations, projects, role, now }: ActivationsProps) {
  const mayChange = holdsRole(role, "operator");
  const open = projects.filter((id) => activations.every((row) => row.projectId !== id));
  return (
    <section class="card" id="activations" data-live aria-labelledby="activations-title">
      <div class="card-head">
        <h2 id="activations-title">Where it runs</h2>
        {!mayChange && <small class="muted">Changing this takes an operator's key.</small>}
      </div>
      {activations.length === 0 ? (
        <Empty title="On no project">It runs nowhere until it is turned on for a project.</Empty>
      ) : (
        <ul class="list">
          {activations.map(({ projectId, active, shadow, updatedAt }) => (
            <li>
              <span>
                <ProjectName id={projectId} />{" "}
                <small class="muted">
                  since <Ago at={updatedAt} now={now} />
                </small>
              </span>
              {mayChange ? (
                <Switch
                  pluginName={pluginName}
                  projectId={projectId}
                  mode={!active ? "off" : shadow ? "shadow" : "live"}
                />
              ) : (
                <Pill tone={!active ? "plain" : shadow ? "wait" : "good"}>
                  {!active ? "off" : shadow ? "shadow" : "on"}
                </Pill>
              )}
            </li>
          ))}
        </ul>
      )}
      {mayChange && (
        <form class="card-note filters" method="post" action={pluginPath(pluginName, "/activations")}>
          <label class="field">
            <span>Another project</span>
            <input class="input" name="projectId" list="projects" required maxlength={256} placeholder="its id, or *" />
          </label>
          <datalist id="projects">
            {open.slice(0, OFFERED).map((id) => (
              <option value={id}></option>
            ))}
          </datalist>
          <button class="button" name="mode" value="live">
            Turn on
          </button>
        </form>
      )}
    </section>
  );
}

function ProjectName({ id }: { readonly id: string }) {
  return id === "*" ? <>Every other project</> : <span class="mono">{id}</span>;
}

function Switch({ pluginName, projectId, mode }: { pluginName: string; projectId: string; mode: ActivationMode }) {
  const where = projectId === "*" ? "every other project" : projectId;
  return (
    <form method="post" action={pluginPath(pluginName, "/activations")}>
      <input type="hidden" name="projectId" value={projectId} />
      <span class="segments" role="group" aria-label={`${pluginName} on ${where}`}>
        {ACTIVATION_STATES.map((state) => (
          <button name="mode" value={state.mode} aria-pressed={state.mode === mode ? "true" : "false"}>
            {state.label}
          </button>
        ))}
      </span>
    </form>
  );
}
