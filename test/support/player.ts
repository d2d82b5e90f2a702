// Plays a history's steps on the real desk through its services, and shows what the reference model shows.
import { ownerViewer } from "../../src/auth/viewer.ts";
import type { BarInput, QuoteInput } from "../../src/domain/price.ts";
import type { EventRecord, PositionRecord, SignalRecord, TradeRecord } from "../../src/domain/records.ts";
import type { SignalInput } from "../../src/domain/signal.ts";
import type { DeskStore, LiveRoute } from "../../src/ports.ts";
import { type RunningDesk, startDesk } from "../../src/server/desk.ts";
import { resolveAccount } from "../../src/services/accountIds.ts";
import { closePosition } from "../../src/services/closePosition.ts";
import { disableAccount } from "../../src/services/disableAccount.ts";
import { enableAccount } from "../../src/services/enableAccount.ts";
import { executeSignals } from "../../src/services/executeSignals.ts";
import { publishBars, publishQuotes } from "../../src/services/publishPrices.ts";
import { readAccount, readEligibility } from "../../src/services/readAccounts.ts";
import { type ReportReads, readReport } from "../../src/services/readReport.ts";
import { resetAccount } from "../../src/services/resetAccount.ts";
import { updateSettings } from "../../src/services/updateSettings.ts";
import type { Step } from "./histories.ts";
import { silentLog } from "./log.ts";
import {
  viewAccount,
  viewEligibility,
  viewEvent,
  viewPerformance,
  viewPosition,
  viewSignal,
  viewTrade,
} from "./views.ts";

const VIEWER = ownerViewer("local");

/** The stored rows that a comparison looks at. */
export interface StoredRows {
  positions(accountId: string): Promise<PositionRecord[]>;
  trades(accountId: string): Promise<TradeRecord[]>;
  signals(accountId: string): Promise<SignalRecord[]>;
  events(accountId: string): Promise<EventRecord[]>;
}

export interface Player {
  play(step: Step): Promise<unknown>;
  dump(account: string | undefined): Promise<unknown>;
  readonly running: RunningDesk;
}

/** Without `reads` nothing can be dumped. */
export async function createPlayer(
  store: DeskStore,
  rows: StoredRows,
  reads?: ReportReads,
  liveRoute?: LiveRoute,
): Promise<Player> {
  const start = (): Promise<RunningDesk> =>
    startDesk({
      store,
      log: silentLog,
      clock: { kind: "feed", startMs: 0 },
      markIntervalMs: 1000,
      checkIdentities: true,
      liveRoute,
    });
  let running = await start();

  const positionOf = async (account: string | null | undefined, signalId: string) => {
    const accountId = resolveAccount(VIEWER.owner, account);
    const found = (await rows.positions(accountId)).find((row) => row.signalId === signalId);
    return found && { accountId, number: found.number };
  };
  const show = (record: PositionRecord) => viewPosition(record, running.desk.board);

  const play = async (step: Step): Promise<unknown> => {
    const { road, prices } = running;
    switch (step.kind) {
      case "restart":
        running = await start();
        return undefined;
      case "enable": {
        const result = await enableAccount(road, VIEWER, step.input);
        return result.kind === "enabled" ? { account: viewAccount(result.account) } : issuesOf(result.issues);
      }
      case "disable": {
        const result = await disableAccount(road, VIEWER, step.input.account);
        if (result.kind !== "disabled") return result.kind;
        return { account: viewAccount(result.account), closedTrades: result.closedTrades };
      }
      case "reset": {
        const result = await resetAccount(road, VIEWER, step.input);
        if (result.kind === "invalid") return issuesOf(result.issues);
        if (result.kind !== "reset") return result;
        const { endedSession, replayed } = result;
        return { account: viewAccount(result.account), endedSession, replayed };
      }
      case "settings": {
        const result = await updateSettings(road, VIEWER, step.input);
        if (result.kind === "invalid") return issuesOf(result.issues);
        return result.kind === "updated" ? { account: viewAccount(result.account) } : result.kind;
      }
      case "signals": {
        const inputs = step.inputs.map(
          (input) => withDates(input, "expiresAt", "generatedAt") as unknown as SignalInput,
        );
        const results = await executeSignals(road, VIEWER, inputs);
        return results.map((result) => {
          if (result.kind === "invalid") return issuesOf(result.issues);
          if (result.kind !== "executed") return result;
          return { signal: viewSignal(result.signal), replayed: result.replayed };
        });
      }
      case "close": {
        const { quantity, requestId } = step.input;
        const position = await positionOf(step.input.account, step.input.position);
        const result = await closePosition(road, VIEWER, { position, quantity, requestId });
        if (result.kind === "invalid") return issuesOf(result.issues);
        if (result.kind === "notFound") return result.kind;
        if (result.kind === "alreadyClosed") return { closed: show(result.position) };
        const { replayed } = result;
        return { position: show(result.position), trade: viewTrade(result.trade), replayed };
      }
      case "quotes":
        return reportOf(
          await publishQuotes(
            prices,
            step.inputs.map((input) => withDates(input, "time") as unknown as QuoteInput),
          ),
        );
      case "bars":
        return reportOf(
          await publishBars(
            prices,
            step.inputs.map((input) => withDates(input, "start") as unknown as BarInput),
          ),
        );
    }
  };

  const dump = async (account: string | undefined): Promise<unknown> => {
    if (reads === undefined) throw new Error("a dump needs the reads of reports");
    const { desk } = running;
    const accountId = resolveAccount(VIEWER.owner, account);
    const view = await readAccount(desk, VIEWER, account);
    const report = await readReport(desk, reads, VIEWER, account, undefined);
    const session = view?.account.session;
    const ofSession = (row: { session: number }): boolean => row.session === session;
    return {
      account: view && viewAccount(view),
      positions: (await rows.positions(accountId)).filter(ofSession).map(show),
      trades: (await rows.trades(accountId)).filter(ofSession).map(viewTrade),
      signals: (await rows.signals(accountId)).map(viewSignal),
      events: (await rows.events(accountId)).map(viewEvent),
      report: report && viewPerformance(report.performance),
      eligibility: viewEligibility(await readEligibility(desk, VIEWER, account)),
    };
  };

  return {
    play,
    dump,
    get running() {
      return running;
    },
  };
}

function issuesOf(issues: readonly { readonly path: readonly string[] }[]): unknown {
  return { invalid: sortedPaths(issues) };
}

export function sortedPaths(issues: readonly { readonly path: readonly string[] }[]): string[] {
  return [...new Set(issues.map((issue) => issue.path.join(".")))].sort();
}

function reportOf({
  accepted,
  stale,
  refused,
}: {
  accepted: number;
  stale: number;
  refused: readonly { index: number }[];
}) {
  return { accepted, stale, refused: refused.map(({ index }) => index) };
}

function withDates(input: object, ...fields: string[]): object {
  const entries = Object.entries(input).map(([name, value]) =>
    fields.includes(name) && typeof value === "string" ? [name, new Date(value)] : [name, value],
  );
  return Object.fromEntries(entries);
}
