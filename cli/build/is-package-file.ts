// Which files of an installed Python package a plugin takes along. Looks at names only.
import { isLibraryFile } from "../../worker/build/is-library-file.ts";

// What this host's Python has of its own, and would not find a second time.
const HOSTS_OWN = /^(?:kili|kili_edge|kili_events|requests)(?:\/|-[^/]*\.dist-info\/|\.py$)/;

/**
 * Whether the file `name`, relative to the folder of packages, is one that code could load or read: sources, texts, and
 * compiled code.
 */
export function isPackageFile(name: string): boolean {
  if (HOSTS_OWN.test(name) || /^bin\/|(?:^|\/)__pycache__\//.test(name)) return false;
  return /\.dist-info\//.test(name)
    ? /\/(?:METADATA|entry_points\.txt)$/.test(name)
    : /\.(?:py|json|toml|txt)$/.test(name) || isLibraryFile(name);
}
