// Stands in for `npm run build`.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const plugins = join(import.meta.dirname, "..", "..", "dist", "assets", "plugins");
mkdirSync(plugins, { recursive: true });
writeFileSync(join(plugins, "one.json"), '{"name":"one"}');
process.stdout.write("Built the stub\n");
