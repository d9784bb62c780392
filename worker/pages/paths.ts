// Where things are on the dashboard. Names come from others, so each is escaped here and nowhere else.

export const pluginPath = (name: string, tail = ""): string =>
  `/plugins/${encodeURIComponent(name.toWellFormed())}${tail}`;
export const eventPath = (id: string, tail = ""): string => `/events/${encodeURIComponent(id.toWellFormed())}${tail}`;
export const runPath = (id: string): string => `/runs/${encodeURIComponent(id.toWellFormed())}`;
