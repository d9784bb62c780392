// Vitest setup file: each test file in workerd begins with nothing stored, whatever ran there before it, and with a D1
// that has the project's own migrations.
import { applyD1Migrations, reset, type D1Migration } from "cloudflare:test";
import { env } from "cloudflare:workers";

const { DB, TEST_MIGRATIONS } = env as unknown as { DB: D1Database; TEST_MIGRATIONS: D1Migration[] };

await reset();
await applyD1Migrations(DB, TEST_MIGRATIONS);
