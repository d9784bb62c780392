// Three projects: "worker" runs inside workerd, "worker alone" too, with a workerd for each file, and "node" runs what
// needs Node (build, command line, structure).
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { answerFarEnd } from "./test/far-end.ts";

/** What is hard on its process, and what begins with a host's very first request. */
const ALONE = ["test/hostile/**/*.test.ts", "test/python/hostile.test.ts", "test/life-of-an-event.test.ts"];

/** Tests inside workerd. A workerd for each file would take most of the time, so most files share a few. */
function inWorkerd(
  name: string,
  { include, exclude = [], isolate }: { include: string[]; exclude?: string[]; isolate: boolean },
): TestProjectInlineConfiguration {
  return {
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
      name,
      include,
      exclude: ["test/**/*.node.test.ts", ...exclude],
      isolate,
      globalSetup: ["test/build-for-tests.ts"],
      setupFiles: ["test/store/begin-empty.ts"],
      testTimeout: 30_000,
    },
  };
}

export default defineConfig({
  test: {
    // Most of a test's time is waiting: for a limit to pass, for a process to start.
    maxWorkers: 3,
    // A process that starts beside others takes its time.
    hookTimeout: 60_000,
    projects: [
      inWorkerd("worker", { include: ["test/**/*.test.ts"], exclude: ALONE, isolate: false }),
      inWorkerd("worker alone", { include: ALONE, isolate: true }),
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
