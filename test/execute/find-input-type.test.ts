// What kind of assets a project holds: who is told, and what it costs the run.
import { expect, test } from "vitest";
import { findInputType } from "../../worker/execute/find-input-type.ts";
import { createKiliDouble } from "../kili-double/kili-double.ts";
import { callDeps, RUN_UNDER_WAY } from "./call-deps.ts";

function door({ isOver = false, keyed = true, projects = ["p"] } = {}) {
  const double = createKiliDouble("key");
  for (const id of ["p", "x"]) double.state.projects.set(id, { id, title: id, inputType: "VIDEO" });
  const asked: string[] = [];
  const known = new Map<string, string>();
  const find = (projectId: unknown): Promise<string | null> =>
    findInputType(
      { kiliProjects: projects },
      projectId,
      {
        ...callDeps(double, keyed ? "key" : null),
        run: {
          ...RUN_UNDER_WAY,
          isUnderWay: async () => asked.push("isUnderWay") > 0 && !isOver,
          begin: async () => (asked.push("begin"), isOver ? { type: "closed" } : { type: "allowed", position: 1 }),
          end: async ({ result }) => void asked.push(`end ${result}`),
        },
      },
      known,
    );
  return { asked, double, find, known };
}

test("is a call of the run the first time, and then only asks whether the run is on", async () => {
  const { asked, double, find } = door();
  expect(await find("p")).toBe("VIDEO");
  expect(asked.splice(0)).toEqual(["isUnderWay", "begin", "end ok"]);
  expect([await find("p"), await find("p")]).toEqual(["VIDEO", "VIDEO"]);
  expect(asked).toEqual(["isUnderWay", "isUnderWay"]);
  expect(double.calls).toHaveLength(1);
});

test("is told to no run that is over, whoever found it out", async () => {
  const { asked, double, find, known } = door({ isOver: true, projects: ["*"] });
  known.set("p", "VIDEO");
  expect([await find("p"), await find("x")]).toEqual([null, null]);
  expect([asked, double.calls]).toEqual([["isUnderWay", "isUnderWay"], []]);
});

test.each([["x"], [7], [null], [["p"]]])("is not told of %j, which is none of the plugin's projects", async (asked) => {
  const { double, find, known } = door();
  known.set("x", "VIDEO");
  expect(await find(asked)).toBeNull();
  expect(double.calls).toEqual([]);
});

test("is not known without a key", async () => {
  expect(await door({ keyed: false }).find("p")).toBeNull();
});
