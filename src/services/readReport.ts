// Reading reports of sessions: figures and breakdowns, all of one instant, of a running session valued at the board's prices.
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Book, Session } from "../domain/book.ts";
import type { Decimal } from "../domain/decimal.ts";
import type { Eligibility } from "../domain/eligibility.ts";
import type { PriceOf } from "../domain/exposure.ts";
import { equityOf } from "../domain/figures.ts";
import { type Performance, performanceOf } from "../domain/performance.ts";
import { BREAKDOWN_GROUPS_MAX, type Breakdown, compareGroups } from "../domain/statistics/groups.ts";
import { type TradeFigures, tradeFiguresOf } from "../domain/statistics/tradeFigures.ts";
import type {
  GroupSums,
  Reads,
  ReportRequest,
  ReportRows,
  SessionReads,
  SessionScope,
  StoredRows,
} from "../readPorts.ts";
import { type AccountView, accountView } from "./accountViews.ts";
import { boardPrices, type Desk, type Viewer } from "./desk.ts";
import { eligibilityOfBook } from "./readAccounts.ts";
import { findSession } from "./readSessions.ts";

/** The trades of one group of a breakdown; the key is null for those that name none. */
export interface ReportGroup extends TradeFigures {
  readonly key: string | null;
}

/** A breakdown in the order of its groups, or that it has more than BREAKDOWN_GROUPS_MAX. */
export type ReportGroups =
  | { readonly kind: "groups"; readonly groups: readonly ReportGroup[] }
  | { readonly kind: "tooMany" };

export interface SessionReport {
  readonly session: Session;
  /** Of a running session at the board's prices; of an ended one what it ended with. */
  readonly equity: Decimal;
  readonly performance: Performance;
  /** The breakdowns that were asked for. */
  readonly breakdowns: ReadonlyMap<Breakdown, ReportGroups>;
  /** The account at that instant; null for the session of a backtest, as is its eligibility. */
  readonly account: AccountView | null;
  readonly eligibility: Eligibility | null;
  readonly generatedAtMs: number;
}

/** The reads that reports need. */
export type ReportReads = Pick<Reads<StoredRows>, "findHead"> & SessionReads;

/** How a session has done: the running one by default. Null where the viewer has no such account or session. */
export async function readReport(
  desk: Desk,
  reads: ReportReads,
  viewer: Viewer,
  account: string | null | undefined,
  session: number | null | undefined,
): Promise<SessionReport | null> {
  const scope = await findSession(reads, viewer, { account, session });
  if (scope === null) return null;
  const [report] = await readSessionReports(desk, reads, [scope]);
  return report ?? null;
}

/**
 * Reports of sessions, all of one instant, in the order of the requests; null for sessions that do not exist. Whose
 * accounts these are was found out before. Requests for the same session get the same report, with all breakdowns wanted.
 */
export async function readSessionReports(
  desk: Desk,
  reads: Pick<SessionReads, "readReports">,
  requests: readonly ReportRequest[],
): Promise<(SessionReport | null)[]> {
  const { rows, books } = await reads.readReports(requests, heldBooks(desk, requests));
  const valued = rows.map((row) => valuedOf(desk, row, books.get(row.accountId)));
  const reports = new Map<string, SessionReport>();
  for (const session of valued) {
    // The figures of many days take long: between two sessions everything else gets its turn.
    if (reports.size > 0) await nextTurn();
    reports.set(
      scopeText({ accountId: session.rows.accountId, session: session.rows.session.session }),
      reportOf(session),
    );
  }
  return requests.map((request) => reports.get(scopeText(request)) ?? null);
}

function heldBooks({ books }: Desk, requests: readonly ReportRequest[]): Map<string, Book> {
  const accountIds = new Set(requests.map(({ accountId }) => accountId));
  return new Map(
    [...accountIds].flatMap((accountId) => {
      const book = books.get(accountId);
      return book === undefined ? [] : [[accountId, book]];
    }),
  );
}

/** What was read of a session, and all that depends on prices and the clock: taken at one moment. */
interface ValuedSession extends Pick<SessionReport, "equity" | "account" | "eligibility" | "generatedAtMs"> {
  readonly rows: ReportRows;
}

function valuedOf(desk: Desk, rows: ReportRows, book: Book | undefined): ValuedSession {
  const { session } = rows;
  const priceOf = boardPrices(desk);
  const isRunning = session.endedAtMs === null;
  return {
    rows,
    equity: book !== undefined && isRunning ? equityNow(book, priceOf) : finalEquity(session),
    account: book === undefined ? null : accountView(book, priceOf),
    eligibility: book === undefined ? null : eligibilityOfBook(desk, book),
    generatedAtMs: desk.clock.nowMs(),
  };
}

function reportOf({ rows, ...valued }: ValuedSession): SessionReport {
  const { session, sums, days, groups } = rows;
  const { startingCapital } = session.settings;
  const atMs = session.endedAtMs ?? valued.generatedAtMs;
  return {
    ...valued,
    session,
    performance: performanceOf({ session, sums, days, equity: valued.equity, atMs }),
    breakdowns: new Map([...groups].map(([by, ofBreakdown]) => [by, reportGroups(by, ofBreakdown, startingCapital)])),
  };
}

/** The equity of an account's running session. */
export function equityNow({ session, exposure }: Book, priceOf: PriceOf): Decimal {
  return equityOf(session.settings.startingCapital, session.figures, exposure, priceOf);
}

/** Nothing is open in an ended session: its equity is what was realized. */
function finalEquity({ settings, figures }: Session): Decimal {
  return settings.startingCapital.plus(figures.totalRealizedPnl);
}

/** The groups of a breakdown with their figures, in their order. */
export function reportGroups(
  breakdown: Breakdown,
  groups: readonly GroupSums[],
  startingCapital: Decimal,
): ReportGroups {
  if (groups.length > BREAKDOWN_GROUPS_MAX) return { kind: "tooMany" };
  const sorted = [...groups].sort((a, b) => compareGroups({ breakdown, key: a.key }, { breakdown, key: b.key }));
  return { kind: "groups", groups: sorted.map(({ key, sums }) => ({ key, ...tradeFiguresOf(sums, startingCapital) })) };
}

function scopeText({ accountId, session }: SessionScope): string {
  return `${accountId} ${session}`;
}
