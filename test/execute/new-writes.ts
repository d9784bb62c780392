// A journal of writes for tests that are about something else: every write is new.

/** What a door's line to its inbox says about writes. */
export const NEW_WRITES = {
  findWrite: async () => ({ type: "new" }) as const,
  beginWrite: async () => 1,
};
