// For how long a key that is made on the settings page may hold.

const DAY_MS = 24 * 60 * 60_000;

export const KEY_LIFETIMES: readonly { readonly value: string; readonly label: string; readonly ms: number | null }[] =
  [
    { value: "30d", label: "30 days", ms: 30 * DAY_MS },
    { value: "90d", label: "90 days", ms: 90 * DAY_MS },
    { value: "365d", label: "A year", ms: 365 * DAY_MS },
    { value: "never", label: "Until it is revoked", ms: null },
  ];
