// Which files of Python packages are compiled code, for whatever machine. Looks at names only.

/** Whether the file `name` is a library, as packages for some system have them. */
export function isLibraryFile(name: string): boolean {
  return /\.(?:so(?:\.\d+)*|pyd)$/.test(name);
}
