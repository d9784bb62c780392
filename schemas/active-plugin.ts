// A plugin version as matching and running need it: its manifest, without its code.
import type { Manifest } from "./manifest.ts";

export interface ActivePlugin {
  readonly name: string;
  readonly pluginId: string;
  readonly versionId: string;
  /** What runs it: code in an isolate, or a webhook outside. */
  readonly kind: "code" | "webhook";
  /** The artifact's hash, by which its code is found. */
  readonly hash: string;
  /** The manifest's own version. */
  readonly version: string;
  readonly manifest: Manifest;
  /** Handler methods the class implements. */
  readonly handlers: readonly string[];
}

/** A version as it is active on a project. */
export interface ActivatedPlugin extends ActivePlugin {
  /** Its writes are recorded instead of sent; by default they are sent. */
  readonly shadow?: boolean;
}
