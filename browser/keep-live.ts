// Keeps a page up to date: hears that something has changed, asks for the page again, and exchanges the regions that are
// different. What the reader has opened, focused or is typing into stays.

const MIN_REFRESH_MS = 2_000;
/** "3 min ago" grows old by itself. */
const MAX_AGE_MS = 60_000;
const RECONNECT_MS = 10_000;
const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex]";

/** Follows `/live` while the page is seen, if it wants to be followed. */
export function keepLive(page: Document): void {
  const main = page.querySelector<HTMLElement>("[data-live-page]");
  if (main === null) return;
  let mark = main.dataset["livePage"] ?? "";
  let source: EventSource | null = null;
  let refreshing = false;
  let wanted = false;
  let refreshedAt = Date.now();

  const refresh = async (): Promise<void> => {
    wanted = true;
    if (refreshing) return;
    refreshing = true;
    while (wanted && !page.hidden) {
      await sleep(refreshedAt + MIN_REFRESH_MS - Date.now());
      wanted = false;
      refreshedAt = Date.now();
      await exchange(page);
    }
    refreshing = false;
  };
  const connect = (): void => {
    if (page.hidden || source !== null) return;
    const opened = new EventSource("/live");
    source = opened;
    opened.addEventListener("mark", (event: MessageEvent<string>) => {
      show(page, "on", "Live");
      if (event.data === mark) return;
      mark = event.data;
      void refresh();
    });
    opened.addEventListener("error", () => {
      show(page, "off", "Reconnecting");
      // A browser comes back by itself from a lost connection, and not from an answer it did not want.
      if (opened.readyState !== EventSource.CLOSED) return;
      disconnect();
      setTimeout(connect, RECONNECT_MS);
    });
  };
  const disconnect = (): void => {
    source?.close();
    source = null;
  };
  page.addEventListener("visibilitychange", () => {
    if (page.hidden) return disconnect();
    connect();
    void refresh();
  });
  setInterval(() => {
    // A page of what is under way says how often it wants to be asked for.
    const age = Number(main.dataset["liveEvery"] ?? MAX_AGE_MS);
    if (Date.now() - refreshedAt > age) void refresh();
  }, MIN_REFRESH_MS);
  connect();
}

async function exchange(page: Document): Promise<void> {
  let answer: Response;
  try {
    answer = await fetch(page.location.href, { headers: { accept: "text/html" } });
  } catch {
    // The host is away; the stream says when it is back.
    return;
  }
  // Signed out meanwhile, or what is shown is gone: the page itself says so.
  if (answer.redirected || !answer.ok) return page.location.reload();
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [main, freshMain] = [page.querySelector("main"), fresh.querySelector("main")];
  if (main && freshMain?.dataset["liveEvery"] === undefined) delete main.dataset["liveEvery"];
  const regions = [...page.querySelectorAll<HTMLElement>("[data-live][id]")];
  const freshRegions = [...fresh.querySelectorAll<HTMLElement>("[data-live][id]")];
  if (regions.map(({ id }) => id).join() === freshRegions.map(({ id }) => id).join()) {
    for (const [index, region] of regions.entries()) replace(region, freshRegions[index]);
    return;
  }
  // A region came or went: the page has another shape.
  replace(main, freshMain);
}

function replace(old: HTMLElement | null, fresh: HTMLElement | null | undefined): void {
  if (!old || !fresh || old.innerHTML === fresh.innerHTML) return;
  const active = old.ownerDocument.activeElement;
  const focused = active !== null && old.contains(active) ? active : null;
  // Never under somebody's hands.
  if (focused?.matches("input, select, textarea")) return;
  if (old.querySelector("input:checked") !== null) return;
  const place = focused === null ? -1 : [...old.querySelectorAll(FOCUSABLE)].indexOf(focused);
  const opened = [...old.querySelectorAll("details")].map(({ open }) => open);
  const scrolled = [...old.querySelectorAll(".scroll, .code")].map(({ scrollTop, scrollLeft }) => [
    scrollTop,
    scrollLeft,
  ]);
  old.replaceChildren(...fresh.childNodes);
  for (const [index, details] of [...old.querySelectorAll("details")].entries()) details.open = opened[index] ?? false;
  for (const [index, box] of [...old.querySelectorAll(".scroll, .code")].entries()) {
    [box.scrollTop, box.scrollLeft] = [scrolled[index]?.[0] ?? 0, scrolled[index]?.[1] ?? 0];
  }
  [...old.querySelectorAll<HTMLElement>(FOCUSABLE)][place]?.focus({ preventScroll: true });
}

function show(page: Document, state: "on" | "off", text: string): void {
  const note = page.querySelector<HTMLElement>("[data-live-note]");
  if (note === null || note.dataset["state"] === state) return;
  note.hidden = false;
  note.dataset["state"] = state;
  note.textContent = text;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(ms, 0)));
}
