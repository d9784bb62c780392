// Filling in what the webhook missed, a page of Kili's events at a time. Times are epoch milliseconds.

export interface BackfillOrder {
  readonly projectId: string;
  readonly since: number;
  readonly until: number;
  /** Events of Kili's to leave out: those of the pages before. */
  readonly skip: number;
}

/** What became of one page. One of Kili's events may stand for two of the webhook's. */
export interface BackfillPage {
  /** Kili's events that were read. */
  readonly read: number;
  /** Events that were delivered now, … */
  readonly delivered: number;
  /** … that had come already, … */
  readonly known: number;
  /** … and that no active plugin asks for. */
  readonly unwanted: number;
  /** The next page's `skip`; null after the last page. */
  readonly next: number | null;
}

export type BackfillFailure =
  | { readonly reason: "not_connected" }
  /** In words for people: what Kili answered, or did not. */
  | { readonly reason: "kili"; readonly message: string }
  /** The inbox takes no events now; nothing of the page is lost by asking for it again. */
  | { readonly reason: "inbox_refuses"; readonly found: string };
