// Lets esbuild find a plugin's files in memory, for builds that have no disk. Knows no packages: what an uploaded
// plugin needs comes with it.
import type { Loader, Plugin } from "esbuild";

/** As esbuild tries them on disk. */
const ENDINGS = ["", ".ts", ".tsx", ".js", ".mjs", ".json", "/index.ts", "/index.js"];

/** Serves `files`, by their names relative to `root`. */
export function memoryFiles(files: ReadonlyMap<string, string>, root: string): Plugin {
  const under = (name: string): string => `${root.replace(/\/$/, "")}/${name}`;
  const byPath = new Map([...files].map(([name, text]) => [under(name), text]));
  return {
    name: "memory-files",
    setup(build) {
      build.onResolve({ filter: /.*/ }, ({ path, importer, kind }) => {
        const isRelative = /^\.{1,2}\//.test(path);
        if (!isRelative && kind !== "entry-point") return { errors: [{ text: `Could not resolve "${path}"` }] };
        const wanted = kind === "entry-point" ? under(path) : relativeTo(importer, path);
        // TypeScript writes "./file.js" for what is "./file.ts".
        const found = [...ENDINGS.map((ending) => wanted + ending), wanted.replace(/\.js$/, ".ts")].find((name) =>
          byPath.has(name),
        );
        if (found === undefined) return { errors: [{ text: `Could not resolve "${path}"` }] };
        return { path: found };
      });
      build.onLoad({ filter: /.*/ }, ({ path }) => {
        const contents = byPath.get(path);
        if (contents === undefined) return undefined;
        return { contents, loader: (/\.(tsx?|json)$/.exec(path)?.[1] ?? "js") as Loader };
      });
    },
  };
}

/** The path that `path` names from inside the file `importer`. Never above the root, as on disk. */
function relativeTo(importer: string, path: string): string {
  const parts = importer.split("/").slice(0, -1);
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return `/${parts.filter((part) => part !== "").join("/")}`;
}
