import { describe, expect, test } from "vitest";
import { createGroupCommit } from "../../worker/dispatch/group-commit.ts";

const MOST = 10;

/** A group commit whose disk confirms when told. */
function held(write: (items: readonly number[]) => string[] = (items) => items.map((item) => `done ${item}`)) {
  const batches: number[][] = [];
  const confirmations: PromiseWithResolvers<void>[] = [];
  const add = createGroupCommit<number, string>(
    (items) => {
      batches.push([...items]);
      return write(items);
    },
    () => {
      const confirmation = Promise.withResolvers<void>();
      confirmations.push(confirmation);
      return confirmation.promise;
    },
    MOST,
  );
  const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
  return {
    add,
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

describe("createGroupCommit", () => {
  test("what comes while a batch is under way is the next batch", async () => {
    const { add, batches, confirm } = held();
    const all = [add(1), add(2), add(3)];
    expect(batches).toEqual([[1]]);
    await confirm(0);
    expect(batches).toEqual([[1], [2, 3]]);
    all.push(add(4));
    await confirm(1);
    await confirm(2);
    expect(await Promise.all(all)).toEqual(["done 1", "done 2", "done 3", "done 4"]);
    expect(batches).toEqual([[1], [2, 3], [4]]);
  });

  test("a batch holds no more than it may, and what is left over is the next", async () => {
    const { add, batches, confirm } = held();
    const all = Array.from({ length: 2 * MOST }, (_, i) => add(i));
    for (let batch = 0; batch < 3; batch++) await confirm(batch);
    await Promise.all(all);
    expect(batches.map((batch) => batch.length)).toEqual([1, MOST, MOST - 1]);
  });

  test("nobody is answered before the disk has confirmed", async () => {
    const { add, confirm } = held();
    let answered = false;
    const first = add(1).then(() => (answered = true));
    await new Promise((resolve) => setTimeout(resolve, 5));
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
    const during = Promise.allSettled([add(13), add(2)]);
    await confirm(0);
    const after = add(3);
    await confirm(1);
    expect(await before).toBe("1");
    expect((await during).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await after).toBe("3");
  });

  test("a disk that does not confirm rejects that batch only", async () => {
    const { add, confirm, refuse } = held();
    const first = Promise.allSettled([add(1)]);
    const second = add(2);
    await refuse(0, new Error("disk"));
    await confirm(1);
    expect((await first)[0]).toMatchObject({ status: "rejected", reason: new Error("disk") });
    expect(await second).toBe("done 2");
  });

  test("a thousand callers get their own results", async () => {
    const add = createGroupCommit<number, number>(
      (items) => items.map((item) => item * 2),
      () => new Promise((resolve) => setTimeout(resolve, 0)),
      MOST,
    );
    const results = await Promise.all(Array.from({ length: 1_000 }, (_, i) => add(i)));
    expect(results.every((result, i) => result === i * 2)).toBe(true);
  });
});
