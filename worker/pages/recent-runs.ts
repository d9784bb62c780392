// How far back a list of plugins looks.

/** Of so many of its latest runs it is told how many ended well. */
export const RECENT_RUNS = 50;
