// Which Kili scopes a Python plugin without a manifest needs, by the methods of the client that its files name. Kili's
// own plugins have no manifest, and run with all rights of the key: here they get those that they use, and no more.
import type { KiliObject } from "../../schemas/manifest.ts";

type Scope = `${KiliObject}:${"read" | "write"}`;

/** The scopes that a method of the client needs, by its name in Python. */
export const PYTHON_METHOD_SCOPES: Readonly<Record<string, readonly Scope[]>> = {
  ...of(["labels", "count_labels", "predictions", "inferences"], "labels:read"),
  ...of(["assets", "count_assets"], "assets:read"),
  ...of(["projects", "count_projects", "project_users", "count_project_users"], "projects:read"),
  ...of(["issues", "questions", "count_issues"], "issues:read"),
  ...of(["events"], "events:read"),
  ...of(["append_labels", "create_predictions", "delete_labels"], "labels:write"),
  ...of(["send_back_to_queue", "add_to_review", "update_properties_in_assets"], "assets:write"),
  ...of(["assign_assets_to_labelers", "skip_or_unskip", "skip_asset", "unskip_asset"], "assets:write"),
  ...of(["set_assets_priority", "update_asset_consensus"], "assets:write"),
  ...of(["add_metadata", "set_metadata"], "assets:read", "assets:write"),
  ...of(["create_issues", "create_questions", "update_issue_status"], "issues:write"),
  ...of(["update_properties_in_project"], "projects:write"),
  ...of(["create_notification"], "notifications:write"),
  ...about("labels", "labels:read", ["list", "list_as_generator", "count"]),
  ...about("labels", "labels:write", [
    "create_default",
    "create_review",
    "create_inference",
    "create_prediction",
    "delete",
  ]),
  ...about("assets", "assets:read", ["list", "list_as_generator", "count"]),
  ...about("assets", "assets:write", [
    "skip",
    "unskip",
    "invalidate",
    "move_to_next_step",
    "assign",
    "update_priority",
    "set_priority",
    "update_consensus",
  ]),
  ...of(["assets.add_metadata", "assets.set_metadata"], "assets:read", "assets:write"),
  ...about("issues", "issues:read", ["list", "list_as_generator", "count"]),
  ...about("issues", "issues:write", ["create", "solve", "cancel", "open"]),
  ...about("questions", "issues:read", ["list", "list_as_generator", "count"]),
  ...about("questions", "issues:write", ["create", "solve", "cancel", "open"]),
  ...about("projects", "projects:read", ["list", "list_as_generator", "count"]),
  ...about("projects.users", "projects:read", ["list", "list_as_generator", "count"]),
  ...about("projects", "projects:write", ["update_info", "update_interface", "update_workflow_settings"]),
  ...about("events", "events:read", ["list"]),
};

/** The scopes for what `texts`, the plugin's files, do with the client, in alphabetical order. */
export function inferKiliScopes(texts: Iterable<string>): string[] {
  const scopes = new Set<Scope>();
  for (const text of texts) {
    for (const [, first = "", rest = ""] of text.matchAll(/(?:\b(\w+)\s*)?((?:\.\s*\w+\s*)+)/g))
      for (const scope of scopesOf([
        first,
        ...rest
          .split(".")
          .slice(1)
          .map((name) => name.trim()),
      ]))
        scopes.add(scope);
    // Assets that are named by their external ids are looked up.
    if (namesExternalIds(text)) scopes.add("assets:read");
  }
  return [...scopes].sort();
}

/** The scopes for one chain of attributes, such as `self.kili.issues.create`. */
function scopesOf(chain: readonly string[]): readonly Scope[] {
  return chain.flatMap((name, at) => {
    const object = chain[at - 1];
    const next = chain[at + 1] ?? "";
    if (object === undefined) return [];
    const both = `${name}.${next}`;
    const isBoth = Object.hasOwn(PYTHON_METHOD_SCOPES, both);
    // Many things have labels; what has a name of several words is the client, whatever a plugin calls it.
    if (object !== "kili" && !(isBoth ? next : name).includes("_")) return [];
    const method = isBoth ? both : name;
    return Object.hasOwn(PYTHON_METHOD_SCOPES, method) ? (PYTHON_METHOD_SCOPES[method] ?? []) : [];
  });
}

/** Word by word: one pattern with a name in its middle would take quadratic time for what is hostile. */
function namesExternalIds(text: string): boolean {
  for (const [, name = ""] of text.matchAll(/\b(\w+)\s*=/g)) if (name.includes("external_id")) return true;
  return false;
}

function of(methods: readonly string[], ...scopes: Scope[]): Record<string, readonly Scope[]> {
  return Object.fromEntries(methods.map((method) => [method, scopes]));
}

/** Methods that are named by what they are about, too: `kili.issues.solve(...)`. */
function about(things: string, scope: Scope, methods: readonly string[]): Record<string, readonly Scope[]> {
  return of(
    methods.map((method) => `${things}.${method}`),
    scope,
  );
}
