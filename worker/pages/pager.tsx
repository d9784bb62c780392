// Pages of a list: where one is, and the way to the next and the one before.
import type { Page } from "../store/page.ts";
import { MAX_LIST_PAGES } from "../limits.ts";
import type { PageContext } from "./page-env.ts";

export interface ListPage {
  /** Counts from 1. */
  readonly number: number;
  /** One row more than is shown: whether there is a next page is known without counting. */
  readonly rows: Page;
  /** Of the rows that were found those to show. */
  shown<Row>(found: readonly Row[]): readonly Row[];
}

/** The page that a request's `page` asks for. */
export function pageOf(c: PageContext, perPage: number): ListPage {
  const asked = Math.trunc(Number(c.req.query("page") ?? 1));
  const number = asked >= 1 ? Math.min(asked, MAX_LIST_PAGES) : 1;
  return {
    number,
    rows: { first: perPage + 1, skip: (number - 1) * perPage },
    shown: (found) => found.slice(0, perPage),
  };
}

interface PagerProps {
  readonly c: PageContext;
  readonly page: ListPage;
  readonly found: number;
  /** What the pages before and after are to each other. */
  readonly words?: readonly [before: string, after: string];
}

/** Nothing at all where everything is on one page. */
export function Pager({ c, page, found, words = ["Newer", "Older"] }: PagerProps) {
  const { number, rows } = page;
  const hasNext = found === rows.first && number < MAX_LIST_PAGES;
  if (number === 1 && !hasNext) return null;
  const pathOf = (to: number): string => {
    const query = new URLSearchParams(c.req.query());
    query.set("page", String(to));
    return `${c.req.path}?${query.toString()}`;
  };
  return (
    <nav class="pager" aria-label="Pages of the list">
      {number > 1 ? (
        <a class="button" rel="prev" href={pathOf(number - 1)}>
          {words[0]}
        </a>
      ) : (
        <span></span>
      )}
      <span>Page {number}</span>
      {hasNext ? (
        <a class="button" rel="next" href={pathOf(number + 1)}>
          {words[1]}
        </a>
      ) : (
        <span></span>
      )}
    </nav>
  );
}
