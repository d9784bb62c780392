// What a run's Python code can ask for: its log, Kili through its door, the network through its other door, and the
// variables that its manifest names. Everything crosses as text.
import type { KiliDoorAnswer } from "../../schemas/guest.ts";
import type { LogLevel } from "../../schemas/run.ts";
import type { GuestRun } from "../sdk/guest-run.ts";
import type { RunHost } from "./interpreter.ts";

/** The ways out of `run`. */
export function createRunHost(run: GuestRun): RunHost {
  const { props } = run;
  return {
    write: (level, text) => run.write(level as LogLevel, text),
    graphql: async (document, variables) => JSON.stringify(await callKili(run, document, variables)),
    fetch: () => Promise.reject(new Error("not yet")),
    env(name) {
      if (props.envNames.includes(name)) return props.env[name] ?? null;
      run.refuse("env", name);
      return null;
    },
  };
}

async function callKili(run: GuestRun, document: string, variables: string): Promise<KiliDoorAnswer> {
  const door = run.props.kili;
  if (door !== null) return door.graphql(document, JSON.parse(variables) as Record<string, unknown>);
  const message = 'Requires kili access: add scopes such as "issues:write" to [permissions] kili in plugin.toml';
  run.refuse("kili", "a Kili call without any kili permission");
  return { error: { name: "NotCapable", message } };
}
