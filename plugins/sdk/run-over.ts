// The end of a run, as whoever still holds a door of it is told. The host says the same, where it is asked.

export const RUN_OVER = { name: "RunOver", message: "Cannot call out: the run is over, wanted a run under way" };
