// Who asks the API: the holder of a key, and what its role lets it do. Does not say how a key is recognised.
/** What a key may do; each role may do all that the one before it may. */
export const ROLES = ["viewer", "operator", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** The holder of a valid API key. */
export interface Principal {
  readonly id: string;
  /** The key's name. */
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  /** Who it is in the audit. */
  readonly actor: string;
}

export type AuthenticationFailure =
  | "no_key"
  | "unknown_key"
  | "expired_key"
  | "revoked_key"
  /** The client has failed too often of late. */
  | "too_many_attempts";

/** True when `role` may do what `needed` may. */
export function holdsRole(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
