// Which of a project's plugins asked for an event. Pure; the answer is remembered per event type, so that the
// thousandth plugin costs an event nothing.
import type { ActivePlugin } from "../../schemas/active-plugin.ts";
import { isHandlerType } from "../../schemas/event.ts";
import { matchPattern } from "./match-pattern.ts";

/** Event types come from outside: remember no more than these. */
const MAX_REMEMBERED_TYPES = 1_000;

/** A matcher over a fixed set of plugins. A new set needs a new matcher. */
export function createMatcher(plugins: readonly ActivePlugin[]): (eventType: string) => readonly ActivePlugin[] {
  const remembered = new Map<string, readonly ActivePlugin[]>();
  return (eventType) => {
    const known = remembered.get(eventType);
    if (known !== undefined) return known;
    const matched = plugins.filter((plugin) => asksFor(plugin, eventType));
    if (remembered.size >= MAX_REMEMBERED_TYPES) remembered.clear();
    remembered.set(eventType, matched);
    return matched;
  };
}

/**
 * True when the plugin's `events` name the event. A handler type is matched by its name only: patterns are for
 * Kili's dotted event names, which go to `onEvent`.
 */
function asksFor(plugin: ActivePlugin, eventType: string): boolean {
  const { events } = plugin.manifest;
  if (isHandlerType(eventType)) return events.includes(eventType);
  return events.some((selector) => !isHandlerType(selector) && matchPattern(selector, eventType));
}
