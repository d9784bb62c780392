// Root fields that both this host and Kili have, and that mean something at each. Every other name that both have is
// this host's alone: `apiKeys`, above all, is asked with a key to this host, which must not reach Kili.

/** Asked with arguments or selections that only Kili knows, these are Kili's. */
export const SHARED_FIELDS: ReadonlySet<string> = new Set(["events", "viewer"]);
