// The tests of Kili's SDK in the Python of one release. It prints what pytest prints.
import { spawn } from "node:child_process";

/** pytest's answer where the arguments choose no test of this pass. */
const NOTHING_CHOSEN = 5;

/** Runs the tests and answers the exit code. */
export function runPytest(
  python: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<number> {
  // Settings of whoever runs this must not reach the SDK, which reads KILI_API_KEY and KILI_SDK_SKIP_CHECKS.
  const inherited = Object.entries(process.env).filter(([name]) => !/^(KILI_|PYTEST_|PYTHON)/.test(name));
  const child = spawn(python, ["-m", "pytest", "-q", ...args], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...Object.fromEntries(inherited),
      ...variables,
      NO_PROXY: "localhost,127.0.0.1",
      PYTHONDONTWRITEBYTECODE: "1",
    },
  });
  return new Promise((done) => {
    child.on("error", () => done(127));
    child.on("close", (code) => done(code === NOTHING_CHOSEN && args.length > 0 ? 0 : (code ?? 1)));
  });
}
