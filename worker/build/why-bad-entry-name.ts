// What an archive's entry may be called, so that its name means one file of the plugin and nothing else, on every
// system. Looks at one name: names that collide with each other are entry-names.ts's business.

const MAX_NAME_CHARS = 255;

/** Why `name` cannot be a file's or a folder's, as the end of a sentence; null if it can. */
export function whyBadEntryName(name: string): string | null {
  if (name.length > MAX_NAME_CHARS) return `found ${name.length} characters, wanted at most ${MAX_NAME_CHARS}`;
  // Also what turns text around on a screen: a name must look like what it is.
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(name)) return "found a control character, wanted visible text";
  if (name.includes("\\")) return 'found a backslash, wanted "/" between folders';
  if (name.startsWith("/")) return "found an absolute path, wanted one inside the plugin's folder";
  // "C:main.ts", and the streams that NTFS keeps behind a colon.
  if (name.includes(":")) return "found a colon, wanted a name that no system reads as a drive";
  const segments = name.replace(/\/$/, "").split("/");
  if (segments.some((segment) => segment === "." || segment === ".." || segment === ""))
    return 'found an empty, "." or ".." part, wanted the plain path';
  // Windows drops them, and two names become one.
  if (segments.some((segment) => /[. ]$/.test(segment))) return "found a part that ends in a dot or a space";
  return null;
}
