// Where the database's process listens: a socket in the data directory, where nobody may connect to it who may not
// write the database's own files.
import { rmSync } from "node:fs";
import { join, relative } from "node:path";

/** What the shortest of the systems takes as the name of a socket, in bytes, with the zero behind it. */
const MAX_NAME_BYTES = 104;

export interface DatabaseSocket {
  /** Its file's name, as short as it can be from here. */
  readonly path: string;
  /** What Miniflare listens on: it writes a port behind whatever host it is given. */
  readonly host: string;
  /** What others connect to. */
  readonly address: string;
  /** Deletes the file: what a dead process leaves behind is in the way of the next one. */
  remove(): void;
}

/** The socket of a data directory; null where there can be none: on Windows, or when its name is too long. */
export function databaseSocket(dataDir: string): DatabaseSocket | null {
  if (process.platform === "win32") return null;
  const file = join(dataDir, "database");
  const fromHere = relative(process.cwd(), file);
  const name = fromHere.length < file.length ? fromHere : file;
  const path = `${name}:0`;
  if (Buffer.byteLength(path) >= MAX_NAME_BYTES) return null;
  return { path, host: `unix:${name}`, address: `unix:${path}`, remove: () => rmSync(path, { force: true }) };
}
