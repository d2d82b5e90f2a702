// Who asks: whose accounts he sees, who acts for that owner, what he may do, and to which accounts he is bound.
import { ALL_SCOPES, impliedScopes, type Scope } from "./scopes.ts";

/**
 * Who acts: a key by its id and name, the subject of a token, whoever is at this computer, the command for keys, or the
 * desk by itself.
 */
export type Actor =
  | { readonly kind: "local" }
  | { readonly kind: "command" }
  | { readonly kind: "desk" }
  | { readonly kind: "key"; readonly id: string; readonly name: string }
  /** The subject as `shownSubject` shows it. */
  | { readonly kind: "token"; readonly subject: string };

export interface Viewer {
  /** Whose everything is: accounts, backtests, data sets and keys of others do not exist for him. */
  readonly owner: string;
  readonly actor: Actor;
  /** What he may do, with all that it implies. */
  readonly scopes: ReadonlySet<Scope>;
  /** The ids of the only accounts that exist for him; null where he is bound to none: then all of the owner's do. */
  readonly accounts: ReadonlySet<string> | null;
}

/**
 * Names of owners: what identity providers use as subjects, and nothing that ids are made with or that stands for nobody.
 */
export const OWNER_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._:@|/+=-]{0,127}$/;
export const OWNER_WORDS = "a letter or digit, then up to 127 of A-Z a-z 0-9 . _ : @ | / + = -";

/** An owner who may do everything with all that is his. */
export function ownerViewer(owner: string): Viewer {
  return { owner, actor: { kind: "local" }, scopes: ALL_SCOPES, accounts: null };
}

/** The desk itself, where nobody asks it: a replay, the demonstration, what the live route brings back. */
export function deskViewer(owner: string): Viewer {
  return { ...ownerViewer(owner), actor: { kind: "desk" } };
}

/** Who was let in by credentials. One who is bound to accounts is never `admin`: he could make himself an unbound key. */
export function grantedViewer({
  scopes,
  ...who
}: Omit<Viewer, "scopes"> & { readonly scopes: Iterable<Scope> }): Viewer {
  const isBound = who.accounts !== null;
  return { ...who, scopes: impliedScopes([...scopes].filter((scope) => !(isBound && scope === "admin"))) };
}

/** Whether an account may exist for him, as far as his binding goes; its owner is another question. */
export function mayKnow({ accounts }: Pick<Viewer, "accounts">, accountId: string): boolean {
  return accounts === null || accounts.has(accountId);
}

/** What belongs to the owner as a whole (backtests, data sets, keys) does not exist for those who are bound to accounts. */
export function isUnbound({ accounts }: Pick<Viewer, "accounts">): boolean {
  return accounts === null;
}

/** The same for all who see the same: owner, scopes and binding. No two sights have the same text. */
export function sightOf({ owner, scopes, accounts }: Viewer): string {
  return JSON.stringify([owner, [...scopes].sort(), accounts === null ? null : [...accounts].sort()]);
}

/** An actor as one text, for logs and records: `key:<id>`, `token:<subject>`, `local`, `command` or `desk`. */
export function actorText(actor: Actor): string {
  switch (actor.kind) {
    case "local":
    case "command":
    case "desk":
      return actor.kind;
    case "key":
      return `key:${actor.id}`;
    case "token":
      return `token:${actor.subject}`;
  }
}

/** One who may do nothing, and for whom nothing exists. */
export const NOBODY: Viewer = {
  owner: "(stranger)",
  actor: { kind: "local" },
  scopes: new Set(),
  accounts: new Set(),
};
