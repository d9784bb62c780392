// What a new version of a plugin may do that the one before it might not. Compares manifests; stops nothing: whoever
// uploads decides, and this is how everybody else gets to see it.
import type { Manifest } from "../../schemas/manifest.ts";

/** The permissions that are new, in words of the manifest, such as `kili labels:write`; all of them where there was none. */
export function findWidening(before: Manifest | null, after: Manifest): string[] {
  return (["kili", "kili_projects", "net", "env"] as const).flatMap((kind) => {
    const had = new Set<string>(before?.permissions[kind]);
    return after.permissions[kind].filter((each) => !covers(had, kind, each)).map((each) => `${kind} ${each}`);
  });
}

function covers(had: ReadonlySet<string>, kind: keyof Manifest["permissions"], wanted: string): boolean {
  if (had.has(wanted)) return true;
  if (kind === "kili") return had.has(wanted.replace(/:.*/, ":*"));
  return kind === "kili_projects" && had.has("*");
}
