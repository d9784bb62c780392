import { expect, test } from "vitest";
import { Places } from "../../worker/dispatch/places.ts";

test("Places gives the lowest number that is free, for each version by itself", () => {
  const places = new Places();
  expect([places.take("a"), places.take("a"), places.take("b")]).toEqual([0, 1, 0]);
  places.giveBack("a", 0);
  expect([places.take("a"), places.take("a")]).toEqual([0, 2]);
});
