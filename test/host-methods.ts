// What can be called over RPC, by whoever holds a stub of it. A new name is a decision, which this list is to be told of.

/** The methods of the host's objects and entrypoints, by class. */
export const HOST_METHODS: Readonly<Record<string, readonly string[]>> = {
  Inbox: [
    ...["accept", "alarm", "beginCall", "beginWrite", "discard", "endCall", "findEvent", "findWrite", "isUnderWay"],
    ...[
      "readEventBody",
      "refused",
      "registryChanged",
      "replay",
      "replayEvent",
      "resume",
      "status",
      "underWay",
      "wantedTypes",
      "whichCame",
    ],
  ],
  KiliBudget: ["lease", "pause"],
  KiliDoor: ["connect", "fetch", "graphql", "inputType"],
  NetDoor: ["connect", "fetch"],
  TrialBench: ["beginCall", "endCall", "findRead", "isUnderWay", "keepRead", "refused", "run"],
};

/** Each name once. */
export const HOST_METHOD_NAMES: readonly string[] = [...new Set(Object.values(HOST_METHODS).flat())].toSorted();
