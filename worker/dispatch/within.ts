// Work that is not waited for for ever.

/** It took longer than it may. */
export class TooLate extends Error {}

/**
 * Rejects with `TooLate` if `work` takes longer. It is not undone: what the database takes after all, it is given
 * again, which is harmless.
 */
export async function within<Value>(ms: number, work: Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooLate(`the database has not answered within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
