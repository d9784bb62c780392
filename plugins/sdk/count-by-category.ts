// How many objects there are of each class. Pure.
import type { Annotation } from "./label.ts";
import type { CategoryOf } from "./project-answers.ts";

/**
 * The number of objects of each class. An object of several classes counts for each.
 *
 * @example
 * ```ts
 * const cars = countByCategory(annotationsOf(label)).get("CAR") ?? 0;
 * ```
 */
export function countByCategory<Item extends Pick<Annotation, "categories">>(
  annotations: readonly Item[],
): Map<CategoryOf<Item>, number>;
export function countByCategory(annotations: readonly Pick<Annotation, "categories">[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { categories = [] } of annotations)
    for (const name of new Set(categories.map((category) => category.name)))
      counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
