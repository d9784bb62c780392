// Two projects: "worker" runs inside workerd, "node" runs what needs Node (build, command line, structure).
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { answerFarEnd } from "./test/far-end.ts";

export default defineConfig({
  test: {
    // Most of a test's time is waiting: for a limit to pass, for a process to start.
    maxWorkers: 3,
    // A process that starts beside others takes its time.
    hookTimeout: 60_000,
    projects: [
      {
        plugins: [
          cloudflareTest(async () => ({
            main: "./worker/index.ts",
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: {
                TEST_MIGRATIONS: await readD1Migrations("worker/store/migrations"),
                WEBHOOK_SECRET: "test-webhook-secret, older-webhook-secret",
                ADMIN_API_KEY: "test-admin-key",
                METRICS_KEY: "test-metrics-key",
                ENVIRONMENT: "test",
                PLUGIN_THRESHOLD: "0.5",
                PLUGIN_UNASKED: "a value no manifest of the tests declares",
              },
              // Everything a test's Worker fetches ends here instead of on the network.
              outboundService: answerFarEnd,
            },
          })),
        ],
        test: {
          name: "worker",
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.node.test.ts"],
          globalSetup: ["test/build-for-tests.ts"],
          setupFiles: ["test/store/apply-migrations.ts"],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "node",
          include: ["test/**/*.node.test.ts", "plugins/*/*.test.ts"],
          environment: "node",
          testTimeout: 120_000,
        },
      },
    ],
  },
});
