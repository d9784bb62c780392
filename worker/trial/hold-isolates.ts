// Isolates that live for as long as one order of a trial: nobody else can come by them, and they are collected after it.

/** A loader whose isolates have no name outside of it, so that what calls itself by the hash of other code meets nobody. */
export function holdIsolates(loader: WorkerLoader): Pick<WorkerLoader, "get"> {
  const held = new Map<string, WorkerStub>();
  return {
    get(name, getCode) {
      const known = name === null ? undefined : held.get(name);
      if (known !== undefined) return known;
      const isolate = loader.get(null, getCode);
      if (name !== null) held.set(name, isolate);
      return isolate;
    },
  };
}
