// Numbers for runs that must each have an isolate of their own: the lowest that is free, so that isolates are used again.

export class Places {
  readonly #taken = new Map<string, Set<number>>();

  /** A number that no other run of the version has until it is given back. */
  take(versionId: string): number {
    const taken = this.#taken.get(versionId) ?? new Set();
    this.#taken.set(versionId, taken);
    let place = 0;
    while (taken.has(place)) place += 1;
    taken.add(place);
    return place;
  }

  giveBack(versionId: string, place: number): void {
    const taken = this.#taken.get(versionId);
    taken?.delete(place);
    if (taken?.size === 0) this.#taken.delete(versionId);
  }
}
