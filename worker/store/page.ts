// A piece of a list. Types only.

/** Which rows of a list: at most `first` after leaving out `skip`. Bounds are the asking room's business. */
export interface Page {
  readonly first: number;
  readonly skip: number;
}
