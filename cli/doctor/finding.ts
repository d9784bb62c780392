// What one look of the doctor found.

export interface Finding {
  readonly name: string;
  /** "bad" makes the command fail; "note" is for somebody to know. */
  readonly state: "good" | "note" | "bad";
  /** The state found. Never a secret. */
  readonly found: string;
  /** What to do about it; null where nothing is to be done. */
  readonly mend: string | null;
}
