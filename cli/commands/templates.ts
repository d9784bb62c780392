// What `kili-edge new` begins with: the project's own examples, which have tests, and a server for a webhook.

/** Templates by name, and where each lies in the project. */
export const TEMPLATES = {
  rule: "plugins/bbox-count",
  "document-check": "plugins/document-check",
  consensus: "plugins/consensus",
  python: "plugins/required-classes",
  webhook: "cli/templates/webhook",
} as const;
export type Template = keyof typeof TEMPLATES;
