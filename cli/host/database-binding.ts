// The Worker's D1 binding, with the database in another process. Miniflare has none for that: this is a plugin of
// its, which it loads by the name of this file. The binding itself is workerd's own; only its requests go elsewhere.
import { fileURLToPath } from "node:url";
import type { Plugin, V4WorkerOptionsShape } from "miniflare";
import * as v from "valibot";

const NAME = "database-elsewhere";
const SERVICE = "kili-edge:database";

const BindingSchema = v.object({
  type: v.literal(`unsafe:${NAME}`),
  dev: v.object({ options: v.object({ address: v.string() }) }),
});

/** What binds `name` to the database that listens at `address`, as workerd writes addresses. */
export function databaseBinding(
  name: string,
  address: string,
): NonNullable<V4WorkerOptionsShape["unsafeBindings"]>[number] {
  const plugin = { package: fileURLToPath(import.meta.url), name: NAME };
  return { name, type: NAME, plugin, options: { address } };
}

/** Found by Miniflare. @public */
export const plugins: Readonly<Record<string, Plugin>> = {
  [NAME]: {
    getBindings: ({ config }) =>
      find(config.env).map(([name]) => ({
        name,
        wrapped: {
          moduleName: "cloudflare-internal:d1-api",
          innerBindings: [{ name: "fetcher", service: { name: SERVICE } }],
        },
      })),
    getNodeBindings: () => ({}),
    getServices: ({ options }) =>
      find(options.config.env).map(([, address]) => ({ name: SERVICE, external: { address, http: {} } })),
  },
};

/** The bindings of this kind, by name, with the address of each. */
function find(env: object = {}): (readonly [string, string])[] {
  return Object.entries(env).flatMap(([name, binding]) => {
    const parsed = v.safeParse(BindingSchema, binding);
    return parsed.success ? [[name, parsed.output.dev.options.address] as const] : [];
  });
}
