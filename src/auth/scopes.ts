// What one may do: four scopes, of which some imply others.

export const SCOPES = ["read", "trade", "feed", "admin"] as const;

/**
 * `read` sees; `trade` also acts on accounts and backtests; `feed` publishes prices and imports bars; `admin` does all of
 * it, and deletes, and makes and revokes keys.
 */
export type Scope = (typeof SCOPES)[number];

const IMPLIED: Readonly<Record<Scope, readonly Scope[]>> = {
  read: ["read"],
  trade: ["trade", "read"],
  feed: ["feed"],
  admin: SCOPES,
};

export function isScope(text: string): text is Scope {
  return (SCOPES as readonly string[]).includes(text);
}

/** The scopes that were granted, and all that they imply. */
export function impliedScopes(granted: Iterable<Scope>): ReadonlySet<Scope> {
  return new Set([...granted].flatMap((scope) => IMPLIED[scope]));
}

export const ALL_SCOPES: ReadonlySet<Scope> = impliedScopes(SCOPES);
