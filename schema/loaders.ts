// Look-ups of one operation that are gathered: what is asked for at the same moment is read in one query.
import DataLoader from "dataloader";
import type { DeliveryRecord } from "../src/domain/deliveryRecord.ts";
import type { PositionKey, SignalKey } from "../src/ports.ts";
import type { ReportRequest } from "../src/readPorts.ts";
import type { AccountView } from "../src/services/accountViews.ts";
import { readAccounts } from "../src/services/readAccounts.ts";
import { readDeliveries } from "../src/services/readDeliveries.ts";
import { readSessionReports, type SessionReport } from "../src/services/readReport.ts";
import { readPositions, readTrades, readTradesOf } from "../src/services/readRows.ts";
import { atOwnPrices } from "./backtestPrices.ts";
import type { SchemaContext } from "./context.ts";
import type { ParentRows } from "./parents.ts";

/** Keys of one query. */
const BATCH_KEYS_MAX = 500;

type Row<Name extends keyof ParentRows> = ParentRows[Name];

/** Gathers, and keeps nothing: a subscription's context lives on, and what it showed yesterday is not so today. */
function gather<Key, Value>(readAll: (keys: readonly Key[]) => Promise<Value[]>): DataLoader<Key, Value> {
  return new DataLoader(readAll, { cache: false, maxBatchSize: BATCH_KEYS_MAX });
}

/** The look-ups of an operation, each made when it is first used. */
export class Loaders {
  private readonly start: Omit<SchemaContext, "loaders">;
  private accountViews: DataLoader<string, AccountView | null> | undefined;
  private positionRows: DataLoader<PositionKey, Row<"position"> | null> | undefined;
  private tradeRows: DataLoader<PositionKey, Row<"trade"> | null> | undefined;
  private tradeLists: DataLoader<PositionKey, Row<"trade">[]> | undefined;
  private deliveryRows: DataLoader<SignalKey, DeliveryRecord | null> | undefined;
  private sessionReports: DataLoader<ReportRequest, SessionReport | null> | undefined;

  constructor(start: Omit<SchemaContext, "loaders">) {
    this.start = start;
  }

  /** The viewer's accounts by their ids. */
  get accounts(): DataLoader<string, AccountView | null> {
    const { desk, viewer } = this.start;
    this.accountViews ??= gather((ids) => readAccounts(desk.desk, viewer, ids));
    return this.accountViews;
  }

  get positions(): DataLoader<PositionKey, Row<"position"> | null> {
    const { reads, viewer } = this.start;
    this.positionRows ??= gather(async (keys) => atOwnPrices(this.start, await readPositions(reads, viewer, keys)));
    return this.positionRows;
  }

  get trades(): DataLoader<PositionKey, Row<"trade"> | null> {
    const { reads, viewer } = this.start;
    this.tradeRows ??= gather((keys) => readTrades(reads, viewer, keys));
    return this.tradeRows;
  }

  /** The trades of a position, in the order in which they were made. */
  get tradesOf(): DataLoader<PositionKey, Row<"trade">[]> {
    const { reads, viewer } = this.start;
    this.tradeLists ??= gather((keys) => readTradesOf(reads, viewer, keys));
    return this.tradeLists;
  }

  /** The deliveries of signals that were routed live. */
  get deliveries(): DataLoader<SignalKey, DeliveryRecord | null> {
    const { reads, viewer } = this.start;
    this.deliveryRows ??= gather((keys) => readDeliveries(reads, viewer, keys));
    return this.deliveryRows;
  }

  /** Reports of sessions whose accounts were found by their owner; those read together are of one instant. */
  get reports(): DataLoader<ReportRequest, SessionReport | null> {
    const { desk, sessionReads } = this.start;
    this.sessionReports ??= gather((requests) => readSessionReports(desk.desk, sessionReads, requests));
    return this.sessionReports;
  }
}

/** The report of a session that exists, gathered with all that is asked for at the same moment. */
export async function reportOf(
  { loaders }: Pick<SchemaContext, "loaders">,
  { accountId, session, breakdown }: ReportRequest,
): Promise<SessionReport> {
  const report = await loaders.reports.load({ accountId, session, ...(breakdown && { breakdown }) });
  if (report === null) throw new Error(`session ${session} of account ${accountId} is gone`);
  return report;
}
