import { describe, expect, test } from "vitest";
import { GroupCommit } from "../../worker/dispatch/group-commit.ts";

const MOST = 10;

const turn = (): Promise<void> => scheduler.wait(1);

/** A group commit whose disk confirms when told. */
function held(write: (items: readonly number[]) => string[] = (items) => items.map((item) => `done ${item}`)) {
  const batches: number[][] = [];
  const confirmations: PromiseWithResolvers<void>[] = [];
  const others = { write: false };
  const commit = new GroupCommit<number, string>({
    write: (items) => {
      batches.push([...items]);
      return write(items);
    },
    sync: () => {
      const confirmation = Promise.withResolvers<void>();
      confirmations.push(confirmation);
      return confirmation.promise;
    },
    most: MOST,
    isLeftToOthers: () => others.write,
  });
  return {
    add: (item: number) => commit.add(item),
    commit,
    others,
    batches,
    confirm: async (index: number): Promise<void> => {
      confirmations[index]?.resolve();
      await turn();
    },
    refuse: async (index: number, error: Error): Promise<void> => {
      confirmations[index]?.reject(error);
      await turn();
    },
  };
}

describe("GroupCommit", () => {
  test("what comes together is a batch, and what comes while it is under way the next", async () => {
    const { add, batches, confirm } = held();
    const all = [add(1), add(2)];
    expect(batches).toEqual([]);
    await turn();
    expect(batches).toEqual([[1, 2]]);
    all.push(add(3), add(4));
    await turn();
    expect(batches).toEqual([[1, 2]]);
    await confirm(0);
    expect(batches).toEqual([
      [1, 2],
      [3, 4],
    ]);
    await confirm(1);
    expect(await Promise.all(all)).toEqual(["done 1", "done 2", "done 3", "done 4"]);
  });

  test("a batch holds no more than it may, and what is left over is the next", async () => {
    const { add, batches, confirm } = held();
    const all = Array.from({ length: 2 * MOST + 1 }, (_, i) => add(i));
    await turn();
    for (let batch = 0; batch < 3; batch++) await confirm(batch);
    await Promise.all(all);
    expect(batches.map((batch) => batch.length)).toEqual([MOST, MOST, 1]);
  });

  test("what is left to others is written when they say so, at once, and what outgrows a batch by itself", async () => {
    const { add, batches, commit, confirm, others } = held();
    others.write = true;
    const all = Array.from({ length: MOST + 1 }, (_, i) => add(i));
    await turn();
    expect(batches).toEqual([]);
    commit.writeNow();
    expect(batches.map((batch) => batch.length)).toEqual([MOST]);
    await turn();
    expect(batches.map((batch) => batch.length)).toEqual([MOST, 1]);
    await confirm(0);
    await confirm(1);
    await Promise.all(all);
  });

  test("an empty turn of others writes nothing", async () => {
    const { batches, commit } = held();
    commit.writeNow();
    await turn();
    expect(batches).toEqual([]);
  });

  test("nobody is answered before the disk has confirmed", async () => {
    const { add, confirm } = held();
    let answered = false;
    const first = add(1).then(() => (answered = true));
    await scheduler.wait(5);
    expect(answered).toBe(false);
    await confirm(0);
    expect(await first).toBe(true);
  });

  test("a failing write rejects its own callers only", async () => {
    const { add, confirm } = held((items) => {
      if (items.includes(13)) throw new Error("no room");
      return items.map(String);
    });
    const before = add(1);
    await turn();
    const during = Promise.allSettled([add(13), add(2)]);
    await confirm(0);
    const after = add(3);
    await turn();
    await confirm(1);
    expect(await before).toBe("1");
    expect((await during).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await after).toBe("3");
  });

  test("a disk that does not confirm rejects that batch only", async () => {
    const { add, confirm, refuse } = held();
    const first = Promise.allSettled([add(1)]);
    await turn();
    const second = add(2);
    await refuse(0, new Error("disk"));
    await confirm(1);
    expect((await first)[0]).toMatchObject({ status: "rejected", reason: new Error("disk") });
    expect(await second).toBe("done 2");
  });

  test("a thousand callers get their own results", async () => {
    const commit = new GroupCommit<number, number>({
      write: (items) => items.map((item) => item * 2),
      sync: () => scheduler.wait(0),
      most: MOST,
      isLeftToOthers: () => false,
    });
    const results = await Promise.all(Array.from({ length: 1_000 }, (_, i) => commit.add(i)));
    expect(results.every((result, i) => result === i * 2)).toBe(true);
  });
});
