// Requests in turn: one at a time of a connection, and a bounded number of them together.
import { Socket } from "node:net";
import { expect, it } from "vitest";
import { Turns } from "../../cli/ingress/turns.ts";

const MOST = 1_024;

it("a connection's requests are taken one after another, whatever became of those before", async () => {
  const turns = new Turns();
  const socket = new Socket();
  const begun: number[] = [];
  const ends = [0, 1, 2].map(() => Promise.withResolvers<void>());
  const taken = ends.map(({ promise }, at) =>
    turns.take(socket, () => {
      begun.push(at);
      return promise;
    }),
  );
  const other = turns.take(new Socket(), async () => void begun.push(9));
  expect(await other).toBe(true);
  expect(begun).toEqual([0, 9]);
  ends[0]?.reject(new Error("broken"));
  await expect(taken[0]).rejects.toThrow("broken");
  expect(begun).toEqual([0, 9, 1]);
  ends[1]?.resolve();
  ends[2]?.resolve();
  expect(await Promise.all(taken.slice(1))).toEqual([true, true]);
  expect(begun).toEqual([0, 9, 1, 2]);
});

it("those of a connection that is gone are not done any more", async () => {
  const turns = new Turns();
  const socket = new Socket();
  const end = Promise.withResolvers<void>();
  const first = turns.take(socket, () => end.promise);
  const second = turns.take(socket, () => expect.unreachable());
  socket.destroy();
  end.resolve();
  await Promise.all([first, second]);
});

it("no more than a bound are under way, those that wait for their turn among them, and then there is room again", async () => {
  const turns = new Turns();
  const socket = new Socket();
  const end = Promise.withResolvers<void>();
  const taken = Array.from({ length: MOST }, (_, at) =>
    turns.take(at % 2 === 0 ? socket : new Socket(), () => end.promise),
  );
  expect(await turns.take(new Socket(), () => expect.unreachable())).toBe(false);
  end.resolve();
  await Promise.all(taken);
  expect(await turns.take(new Socket(), async () => undefined)).toBe(true);
});
