// The arguments of a list as a page of it.
import type { Page } from "../store/page.ts";
import { parsePageSize } from "./page-size-scalar.ts";
import { requestError } from "./request-error.ts";

/** As a list field's arguments arrive: absent, or null when a client says so, where the default applies too. */
export interface PageArguments {
  readonly first?: number | null;
  readonly skip?: number | null;
}

/** Which piece of the list is wanted; `first` is checked again, because Kili's inputs bring it as a plain Int. */
export function toPage({ first, skip }: PageArguments, defaultFirst: number): Page {
  if ((skip ?? 0) < 0) {
    throw requestError("BAD_USER_INPUT", `Cannot list a page: skip is ${skip}, wanted 0 or more`);
  }
  return { first: parsePageSize(first ?? defaultFirst), skip: skip ?? 0 };
}
