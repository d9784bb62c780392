// What a run's Python code can ask for: its log, Kili through its door, the network through its other door, and the
// variables that its manifest names. Everything crosses as text.
import type { KiliDoorAnswer } from "../../schemas/guest.ts";
import type { LogLevel } from "../../schemas/run.ts";
import type { GuestRun } from "../sdk/guest-run.ts";
import type { RunHost } from "./interpreter.ts";

/** The door's way to say no, since errors lose their names between isolates. */
const REFUSAL_HEADER = "x-kili-edge-refusal";
const REDIRECT_HEADER = "x-kili-edge-redirect";
const FINAL_URL_HEADER = "x-kili-edge-url";

/** The ways out of `run`. */
export function createRunHost(run: GuestRun): RunHost {
  return {
    write: (level, text) => run.write(level as LogLevel, text),
    graphql: async (document, variables) => JSON.stringify(await callKili(run, document, variables)),
    inputType: async (projectId) => (await run.props.kili?.inputType(projectId)) ?? "",
    fetch: async (request) => JSON.stringify(await fetchGated(run, request)),
  };
}

async function callKili(run: GuestRun, document: string, variables: string): Promise<KiliDoorAnswer> {
  const door = run.props.kili;
  if (door !== null) return door.graphql(document, JSON.parse(variables) as Record<string, unknown>);
  const message =
    'Requires kili access: [permissions] kili in plugin.toml is empty, add the scopes that its calls need ("kili-edge check" names them)';
  run.refuse("kili", "a Kili call without any kili permission");
  return { error: { name: "NotCapable", message } };
}

interface PythonRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** In Base64. */
  readonly body: string | null;
  readonly follow: boolean;
  readonly timeoutMs: number | null;
}

/** One request through the run's network door, and its answer; a failure is one, too. */
async function fetchGated(run: GuestRun, text: string): Promise<object> {
  try {
    const { method, url, headers, body, follow, timeoutMs } = JSON.parse(text) as PythonRequest;
    const door = run.props.net;
    if (door === null) {
      const { host } = new URL(url);
      run.refuse("net", host);
      const message = `Requires net access to "${host}": add it to [permissions] net in plugin.toml`;
      return { error: { name: "NotCapable", message } };
    }
    const request = new Request(url, {
      method,
      // What the door hands over as it came, the runtime would follow here.
      redirect: follow ? "follow" : "manual",
      headers: { ...headers, ...(!follow && { [REDIRECT_HEADER]: "manual" }) },
      ...(body !== null && { body: Uint8Array.from(atob(body), (char) => char.charCodeAt(0)) }),
      ...(timeoutMs !== null && { signal: AbortSignal.timeout(timeoutMs) }),
    });
    const answer = await door.fetch(request);
    const refusal = answer.headers.get(REFUSAL_HEADER);
    if (refusal !== null) return { error: JSON.parse(refusal) as object };
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const { status, statusText } = answer;
    // Where the last redirect led, which is the door's to say and no header of the answer.
    const { [FINAL_URL_HEADER]: finalUrl = url, ...theirs } = Object.fromEntries(answer.headers);
    return { status, statusText, url: finalUrl, headers: theirs, body: toBase64(bytes) };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
    return { error: { name, message } };
  }
}

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
