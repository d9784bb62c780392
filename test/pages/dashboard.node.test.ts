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
    await host.postEvent();
    await signIn();
    await page.getByRole("link", { name: "bbox-count" }).first().waitFor();
    await inspect("overview");
  });

  test("is light or dark as one chose", async () => {
    await signIn();
    await page.getByRole("button", { name: /^Theme: auto/ }).click();
    await page.getByRole("button", { name: /^Theme: dark/ }).waitFor();
    expect(await page.evaluate("getComputedStyle(document.documentElement).colorScheme")).toBe("dark");
  });
});
