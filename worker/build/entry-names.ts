// The names of an archive's entries, all together: no two may be the same file on a system that ignores case or writes
// accents another way, and none may be a file and a folder at once.

interface Taken {
  /** As the archive first spelt it. */
  readonly name: string;
  readonly isFolder: boolean;
}

export class EntryNames {
  readonly #taken = new Map<string, Taken>();

  /** Adds a file or folder with the folders above it. The name it collides with, or null if it is free. */
  add(name: string, isFolder: boolean): string | null {
    const segments = name.replace(/\/$/, "").split("/");
    for (let depth = 1; depth <= segments.length; depth += 1) {
      const path = segments.slice(0, depth).join("/");
      const isLast = depth === segments.length;
      const folder = isFolder || !isLast;
      const key = fold(path);
      const other = this.#taken.get(key);
      if (other === undefined) this.#taken.set(key, { name: path, isFolder: folder });
      // A folder may be named by each of its files; everything else is there once.
      else if (other.name !== path || !other.isFolder || !folder) return other.name;
    }
    return null;
  }
}

/** One text for all names that some file system takes for the same. */
function fold(name: string): string {
  return name.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFKC");
}
