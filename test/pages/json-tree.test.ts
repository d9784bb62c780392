import { html } from "hono/html";
import { describe, expect, test } from "vitest";
import { JsonTree } from "../../worker/pages/json-tree.tsx";

const render = async (value: unknown, from = 0): Promise<string> => {
  const linkTo = (at: readonly (string | number)[], start: number) =>
    `/at?${new URLSearchParams({ at: JSON.stringify(at), from: String(start) }).toString()}`;
  const tree = JsonTree({ value, at: [], from, openDepth: 16, linkTo });
  return (await html`${tree}`).toString();
};

describe("JsonTree", () => {
  test("shows keys and values as text, whatever they are", async () => {
    const text = await render({ "<script>": `"><img src=x onerror=alert(1)>`, null: null, yes: true, n: 1 });
    expect(text).not.toMatch(/<(?:script|img)/);
    expect(text).toContain("&lt;script&gt;");
  });

  test.each([
    ["entries", Array.from({ length: 100_000 }, (_, index) => ({ index, name: `entry ${index}` }))],
    ["keys", Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`key-${index}`, [index]]))],
    ["characters", { text: "x".repeat(5_000_000) }],
    ["text by itself", "y".repeat(5_000_000)],
  ])("is small, and leads on, however many %s there are", async (_, value) => {
    const text = await render(value);
    expect(text.length).toBeLessThan(100_000);
    expect(text).toMatch(/href="\/at\?at=/);
  });

  test("goes no deeper than it is told, and into the rest by a link", async () => {
    let deep: unknown = "bottom";
    for (let depth = 0; depth < 2_000; depth += 1) deep = { down: deep };
    const text = await render(deep);
    expect(text.length).toBeLessThan(100_000);
    expect(text).not.toContain("bottom");
  });

  test("shows a later part with ways to both sides", async () => {
    const text = await render(
      Array.from({ length: 350 }, (_, index) => `entry-${index}`),
      200,
    );
    expect(text).toContain("entry-200");
    expect(text).toContain("entry-299");
    expect(text).not.toContain("entry-199");
    expect(text).toContain("200 before");
    expect(text).toContain("50 more");
  });
});
