// Where drizzle-kit finds the schema and puts the migrations it generates. Applying them is wrangler's business.
import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "sqlite",
  schema: ["./worker/store/registry-schema.ts", "./worker/store/history-schema.ts", "./worker/store/rollup-schema.ts"],
  out: "./worker/store/migrations",
});
