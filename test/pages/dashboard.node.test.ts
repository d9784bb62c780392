// The dashboard as a person meets it: in a real browser, on a real host. Screenshots of every page, light and dark and
// on a phone, go to test/pages/screenshots, which git ignores: look at them after a change.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ADMIN_KEY, openDashboardHost, type DashboardHost } from "./dashboard-host.ts";
import { openBrowser } from "./open-browser.ts";

const SCREENSHOTS = join(import.meta.dirname, "screenshots");
const browser: Browser | null = await openBrowser();
// In CI a missing browser is a failure, elsewhere it is told.
if (browser === null && process.env["CI"]) throw new Error("Cannot test the dashboard: found no browser, wanted one");

describe.skipIf(browser === null)("the dashboard", () => {
  let host: DashboardHost;
  let context: BrowserContext;
  let page: Page;
  /** What the page said on its console: a refused script or style is said there too. */
  let complaints: string[];

  beforeAll(async () => {
    await mkdir(SCREENSHOTS, { recursive: true });
    host = await openDashboardHost();
  });
  afterAll(async () => {
    await browser?.close();
    await host.close();
  });
  beforeEach(async () => {
    if (browser === null) return;
    // Colours on their way from one theme to the other have no contrast to measure.
    context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce" });
    page = await context.newPage();
    page.setDefaultTimeout(15_000);
    complaints = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
  });
  afterEach(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });

  async function signIn(key = ADMIN_KEY, path = "/"): Promise<void> {
    await page.goto(`${host.url}${path}`);
    await page.getByLabel("API key").fill(key);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("navigation", { name: "Pages" }).waitFor();
  }

  /** Nothing serious for axe, in light, dark and on a phone; and a picture of each. */
  async function inspect(name: string): Promise<void> {
    const looks = [
      ["light", { width: 1280, height: 900 }],
      ["dark", { width: 1280, height: 900 }],
      ["phone", { width: 390, height: 844 }],
    ] as const;
    for (const [look, size] of looks) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme: look === "dark" ? "dark" : "light" });
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map((node) => node.html)[0]}`);
      expect(found, `${name}, ${look}`).toEqual([]);
      const width = await page.evaluate("document.documentElement.scrollWidth");
      expect(width, `${name} is wider than ${look}`).toBeLessThanOrEqual(size.width);
      await page.screenshot({ path: join(SCREENSHOTS, `${name}-${look}.png`), fullPage: true });
    }
    await page.setViewportSize(looks[0][1]);
    await page.emulateMedia({ colorScheme: "light" });
  }

  test("asks for a key, says when it is wrong, and lets in with the right one", async () => {
    await page.goto(`${host.url}/?from=mail`);
    await inspect("sign-in");
    await page.getByLabel("API key").fill("not a key");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    await inspect("sign-in-refused");
    // A browser says so itself of every page that answers 401.
    complaints = complaints.filter((line) => !line.includes("401"));
    await page.getByLabel("API key").fill(ADMIN_KEY);
    await page.keyboard.press("Enter");
    await page.waitForURL(`${host.url}/?from=mail`);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL(`${host.url}/sign-in`);
  });

  test("shows the state of the host", async () => {
    await host.register("does-not-build");
    await host.postEvent();
    await signIn();
    await page.getByRole("link", { name: "does-not-build" }).first().waitFor();
    await page.locator("figure").first().locator("g[data-readout]").last().hover();
    await page.getByText(/done \d+, dead \d+, events \d+/).waitFor();
    await inspect("overview");
    await page.getByRole("link", { name: "Plugins", exact: true }).click();
    await page.getByRole("cell", { name: "bbox-count" }).waitFor();
    await inspect("plugins");
  });

  test("shows why a plugin does not build, with the source around the place", async () => {
    await host.register("does-not-build");
    await signIn(ADMIN_KEY, "/plugins/does-not-build");
    await page.getByRole("heading", { name: "It did not build" }).waitFor();
    await page.getByText(/import \{ iou \} from/).waitFor();
    await inspect("plugin-failed");
  });

  test("follows events as they come, without a reload", async () => {
    await signIn(ADMIN_KEY, "/events");
    await page.getByText("Live", { exact: true }).waitFor();
    await page.evaluate("window.stillHere = true");
    const id = await host.postEvent({ projectId: "live-project" });
    await page.locator(`a[href="/events/${id}"]`).waitFor();
    await page.getByText("no plugin asked for it").first().waitFor();
    expect(await page.evaluate("window.stillHere")).toBe(true);
    await inspect("events");
  });

  test("comes back to a host that had no room for it", async () => {
    await page.route("**/live", (route) => route.fulfill({ status: 503 }));
    await signIn(ADMIN_KEY, "/events");
    await page.getByText("Reconnecting").waitFor();
    const id = await host.postEvent({ projectId: "live-project" });
    await page.unroute("**/live");
    await page.locator(`a[href="/events/${id}"]`).waitFor({ timeout: 30_000 });
    complaints = complaints.filter((line) => !line.includes("503"));
  });

  test("switches an activation, with the keyboard too", async () => {
    await signIn(ADMIN_KEY, "/plugins/bbox-count");
    const group = page.getByRole("group", { name: "bbox-count on demo" });
    const pressed = (name: string) => group.getByRole("button", { name, pressed: true });
    await pressed("On").waitFor();
    await group.getByRole("button", { name: "Off" }).click();
    await page.getByRole("status").getByText("successfully deactivated").waitFor();
    await pressed("Off").waitFor();
    const id = await host.postEvent();
    await host.waitForEvent(id);
    await page.goto(`${host.url}/events/${id}`);
    await page.getByRole("link", { name: "box-size" }).waitFor();
    expect(await page.getByRole("link", { name: "bbox-count" }).count()).toBe(0);
    await page.goto(`${host.url}/plugins/bbox-count`);
    await group.getByRole("button", { name: "On" }).focus();
    await page.keyboard.press("Enter");
    await pressed("On").waitFor();
    await inspect("plugin");
  });

  test("shows an event and its runs, once it has reached the history", async () => {
    await signIn(ADMIN_KEY, "/");
    const id = await host.postEvent();
    await page.goto(`${host.url}/events/${id}`);
    const delivery = page.getByRole("article", { name: "Delivery to bbox-count" });
    await delivery.getByText("done").waitFor();
    await inspect("event");
    await delivery.getByRole("link", { name: "Attempt 1" }).click();
    await page
      .getByRole("log")
      .getByText(/too many boxes/i)
      .waitFor();
    await page.getByText("createIssues").waitFor();
    await inspect("run");
    await page.goto(`${host.url}/runs?plugin=bbox-count`);
    await inspect("runs");
  });

  test("shows a failed run with the line it came from, and the plugin's words as text", async () => {
    await host.register("box-rule-broken");
    const id = await host.postEvent({
      type: "onReview",
      payload: { label: { id: "empty-label" }, asset_id: "asset-9" },
    });
    await signIn(ADMIN_KEY, `/events/${id}`);
    const delivery = page.getByRole("article", { name: "Delivery to box-rule" });
    await delivery.getByText("No attempt is left").waitFor();
    await delivery.getByRole("link", { name: "Attempt 1" }).click();
    await page
      .getByText(/main\.ts:8:\d+/)
      .first()
      .waitFor();
    await page.getByText("<b>labels say what they like</b>", { exact: true }).waitFor();
    await page.getByText(/^> +8 \|.*throw/m).waitFor();
    await inspect("run-failed");
  });

  test("replays a dead letter on the mended plugin, and discards another", async () => {
    await host.register("box-rule-broken");
    const post = (assetId: string) =>
      host.postEvent({ type: "onReview", payload: { label: { id: "empty-label" }, asset_id: assetId } });
    const ids = [await post("asset-10"), await post("asset-11")];
    for (const id of ids) await host.waitForEvent(id);
    await signIn(ADMIN_KEY, "/dead-letters?plugin=box-rule");
    const boxOf = (id: string) => page.getByRole("checkbox", { name: new RegExp(id) });
    await boxOf(ids[1] ?? "").waitFor();
    await page.getByText("Cannot count boxes").first().waitFor();
    await inspect("dead-letters");
    await page.getByRole("button", { name: "Replay selected" }).click();
    await page.getByRole("alert").getByText("Nothing was selected").waitFor();

    await host.register("box-rule-mended");
    await boxOf(ids[0] ?? "").check();
    await page.getByRole("button", { name: "Replay selected" }).click();
    await page.getByRole("status").getByText("Replayed 1 dead letter").waitFor();
    expect(await boxOf(ids[0] ?? "").count()).toBe(0);
    await boxOf(ids[1] ?? "").check();
    await page.getByRole("button", { name: "Discard selected" }).click();
    await page.getByRole("status").getByText("Discarded 1 dead letter").waitFor();
    expect(await boxOf(ids[1] ?? "").count()).toBe(0);

    await page.goto(`${host.url}/events/${ids[0]}`);
    await page.getByText("Nothing to count").or(page.getByText("done")).first().waitFor();
    await page.getByText("; replayed").waitFor();
    await inspect("event-replayed");
  });

  test("shows a payload, a large one in parts, and what is drawn on the label", async () => {
    const id = await host.postEvent();
    await host.waitForEvent(id);
    await signIn(ADMIN_KEY, `/events/${id}`);
    await page.getByRole("img", { name: /^Drawn: 3 × OBJECT_A/ }).waitFor();
    await page.getByText('"casset00000000000000demo1"').waitFor();

    const points = Array.from({ length: 60_000 }, (_, index) => ({
      x: (index % 100) / 100,
      y: 0.5,
      mid: `point-${index}`,
    }));
    const label = {
      id: "huge",
      jsonResponse: { JOB_0: { annotations: [{ boundingPoly: [{ normalizedVertices: points }] }] } },
    };
    const huge = await host.postEvent({ payload: { label, asset_id: "a" } });
    await host.waitForEvent(huge);
    await page.goto(`${host.url}/events/${huge}`);
    await page.getByRole("link", { name: "Show it" }).click();
    await page.getByText("normalizedVertices").click();
    await page.getByText('"point-50"').waitFor();
    const size = (await page.content()).length;
    expect(size).toBeLessThan(100_000);
    await page
      .getByRole("link", { name: /^\d+ more$/ })
      .first()
      .click();
    await page.getByText('"point-100"').waitFor();
    await inspect("payload");
  });

  test("shows a run's log while it runs, without secrets, and its record when it has ended", async () => {
    await host.register("slow-talker");
    await signIn(ADMIN_KEY, "/runs");
    await host.postEvent({ type: "onSendBackToQueue", projectId: "slow-project", payload: { asset_id: "asset-1" } });
    const link = page.getByRole("link", { name: "slow-talker, attempt 1" });
    await link.click();
    await page.getByText(/^running for/).waitFor();
    await page.getByText("Line 2 of 24").waitFor();
    await page.getByText("The password is [redacted PASSWORD]").waitFor();
    await inspect("run-under-way");
    const later = page.getByText("Line 20 of 24");
    expect(await later.count()).toBe(0);
    await later.waitFor();
    await page.getByText("Returned", { exact: true }).waitFor({ timeout: 30_000 });
    await page.getByText("Line 24 of 24").waitFor();
    expect(await page.content()).not.toContain("swordfish");
  });

  test("keys: an admin makes one and sees it once; a viewer sees and does less; revoked, it is signed out", async () => {
    await signIn(ADMIN_KEY, "/settings");
    await page.getByRole("button", { name: "Copy the URL" }).waitFor();
    await inspect("settings");
    await page.getByLabel("Name of the new key").fill("dashboard-viewer");
    await page.getByLabel("Role").selectOption("viewer");
    await page.getByRole("button", { name: "Make key" }).click();
    await page.getByRole("heading", { name: /The new key/ }).waitFor();
    await inspect("settings-new-key");
    const key = (await page.locator("#new-key").textContent())?.trim() ?? "";
    expect(key).toMatch(/^ke_/);
    await page.goto(`${host.url}/settings`);
    expect(await page.content()).not.toContain(key);

    const other = await (browser as Browser).newContext();
    const viewer = await other.newPage();
    await viewer.goto(`${host.url}/plugins/bbox-count`);
    await viewer.getByLabel("API key").fill(key);
    await viewer.getByRole("button", { name: "Sign in" }).click();
    await viewer.getByText("Changing this takes an operator's key").waitFor();
    expect(await viewer.getByRole("button", { name: /^(On|Off|Turn on|Roll back)$/ }).count()).toBe(0);
    await viewer.goto(`${host.url}/settings`);
    expect(await viewer.getByRole("button", { name: /Make key|Revoke/ }).count()).toBe(0);

    await page.getByRole("button", { name: "Revoke dashboard-viewer" }).click();
    await page.getByText("successfully revoked").waitFor();
    await viewer.reload();
    await viewer.getByRole("heading", { name: "Sign in" }).waitFor();
    await other.close();
  });

  test("is light or dark as one chose", async () => {
    await signIn();
    await page.getByRole("button", { name: /^Theme: auto/ }).click();
    await page.getByRole("button", { name: /^Theme: dark/ }).waitFor();
    expect(await page.evaluate("getComputedStyle(document.documentElement).colorScheme")).toBe("dark");
  });

  test("works without scripts", async () => {
    const plain = await (browser as Browser).newContext({ javaScriptEnabled: false });
    const reader = await plain.newPage();
    await reader.goto(`${host.url}/plugins/bbox-count`);
    await reader.getByLabel("API key").fill(ADMIN_KEY);
    await reader.getByRole("button", { name: "Sign in" }).click();
    await reader.getByRole("heading", { name: "Where it runs" }).waitFor();
    await plain.close();
  });
});
