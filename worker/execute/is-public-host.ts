// Tells hosts of the public internet from everything nearer: this machine, its network, the cloud around it. Takes a
// host name as the URL parser wrote it, which has undone octal, hexadecimal, percent and full-width spellings. Does
// not resolve names: a public name that points at a private address is for the network below to refuse.
import ipaddr from "ipaddr.js";

const PRIVATE_SUFFIXES = [
  ".arpa",
  ".corp",
  ".home",
  ".internal",
  ".intranet",
  ".lan",
  ".local",
  ".localdomain",
  ".localhost",
  ".private",
  ".svc",
];

// The only part of IPv6 that is handed out. Outside of it live ::1, ::127.0.0.1 and their many cousins.
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");

/** True for a name with a public suffix and for a globally routed address. */
export function isPublicHost(hostname: string): boolean {
  if (hostname.startsWith("[")) return isPublicIpv6(hostname.slice(1, -1));
  if (ipaddr.IPv4.isValidFourPartDecimal(hostname)) return ipaddr.IPv4.parse(hostname).range() === "unicast";
  // Without a dot a name is looked up in the machine's own search domains: "localhost", "metadata", "db".
  return hostname.includes(".") && !PRIVATE_SUFFIXES.some((suffix) => hostname.endsWith(suffix));
}

function isPublicIpv6(text: string): boolean {
  if (!ipaddr.IPv6.isValid(text)) return false;
  const address = ipaddr.IPv6.parse(text);
  // Mapped, translated and tunnelled IPv4 addresses have ranges of their own, and none is plain unicast.
  return address.match(GLOBAL_UNICAST) && address.range() === "unicast" && !isIsatap(address.parts);
}

// ISATAP hides an IPv4 address behind the interface id 0:5efe or 200:5efe of any prefix.
function isIsatap(parts: readonly number[]): boolean {
  return parts[5] === 0x5efe && (parts[4] === 0 || parts[4] === 0x200);
}
