// Reading lists: an account's positions, trades and signals, and the accounts themselves; only the viewer's own.
import type {
  AccountPlace,
  PositionFilter,
  Range,
  Reads,
  SessionScope,
  SignalFilter,
  StoredRows,
  TradeFilter,
  TradePlace,
} from "../readPorts.ts";
import type { AccountView } from "./accountViews.ts";
import type { Desk, Viewer } from "./desk.ts";
import { readAccounts } from "./readAccounts.ts";
import { readHead } from "./readRows.ts";

/** A list that is read page by page; `Key` is the place of a row in its order. */
export interface List<Row, Key> {
  /** The rows of a range in the list's order; against it where the range is read backward. */
  find(range: Range<Key>): Promise<Row[]>;
  count(): Promise<number>;
}

const EMPTY: List<never, unknown> = { find: async () => [], count: async () => 0 };

/** What every list of one account takes: none means `main`, and its present session. */
export interface ListScope {
  readonly account?: string | null | undefined;
  readonly session?: number | null | undefined;
}

/** A filter as a client gives it: null is the same as leaving out. */
export type Given<Filter> = {
  readonly [Name in keyof Omit<Filter, "accountId" | "session">]?: Filter[Name] | null | undefined;
};

/** The viewer's accounts, in the order in which they were made. */
export function listAccounts(reads: Reads<StoredRows>, desk: Desk, viewer: Viewer): List<AccountView, AccountPlace> {
  return {
    find: async (range) => {
      const places = await reads.findAccounts(viewer, range);
      const views = await readAccounts(
        desk,
        viewer,
        places.map(({ accountId }) => accountId),
      );
      return views.filter((view) => view !== null);
    },
    count: () => reads.countAccounts(viewer),
  };
}

/** Positions, oldest first: in the order of their numbers. */
export async function listPositions<Rows extends StoredRows>(
  reads: Reads<Rows>,
  viewer: Viewer,
  { account, session, ...given }: ListScope & Given<PositionFilter>,
): Promise<List<Rows["position"], number>> {
  const scope = await scopeOf(reads, viewer, { account, session });
  if (scope === undefined) return EMPTY;
  const filter: PositionFilter = { ...scope, ...withoutNulls(given) };
  return { find: (range) => reads.findPositions(filter, range), count: () => reads.countPositions(filter) };
}

/** Trades, newest exit first. */
export async function listTrades<Rows extends StoredRows>(
  reads: Reads<Rows>,
  viewer: Viewer,
  { account, session, ...given }: ListScope & Given<TradeFilter>,
): Promise<List<Rows["trade"], TradePlace>> {
  const scope = await scopeOf(reads, viewer, { account, session });
  if (scope === undefined) return EMPTY;
  const filter: TradeFilter = { ...scope, ...withoutNulls(given) };
  return { find: (range) => reads.findTrades(filter, range), count: () => reads.countTrades(filter) };
}

/** Signals, newest first: against the order of their decisions. */
export async function listSignals<Rows extends StoredRows>(
  reads: Reads<Rows>,
  viewer: Viewer,
  { account, session, ...given }: ListScope & Given<SignalFilter>,
): Promise<List<Rows["signal"], number>> {
  const scope = await scopeOf(reads, viewer, { account, session });
  if (scope === undefined) return EMPTY;
  const filter: SignalFilter = { ...scope, ...withoutNulls(given) };
  return { find: (range) => reads.findSignals(filter, range), count: () => reads.countSignals(filter) };
}

/** The account and session that a list is of; undefined where the viewer has no such account. */
export async function scopeOf(
  reads: Pick<Reads<StoredRows>, "findHead">,
  viewer: Viewer,
  { account, session }: ListScope,
): Promise<SessionScope | undefined> {
  const head = await readHead(reads, viewer, account);
  return head === null ? undefined : { accountId: head.accountId, session: session ?? head.session };
}

type WithoutNulls<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], null | undefined> };

/** The fields that are given. */
export function withoutNulls<Fields extends object>(fields: Fields): WithoutNulls<Fields> {
  const given = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(given) as WithoutNulls<Fields>;
}
