// Waits for the signals that ask a command to end.

/** Resolves at the first signal. At the second, `hurry` is called: whoever asks twice wants it at once. */
export function untilSignalled(hurry: () => void): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => {
        if (asked) hurry();
        asked = true;
        resolve();
      });
    }
  });
}
