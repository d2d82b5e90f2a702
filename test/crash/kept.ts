// Reads what a desk has kept after a crash, and checks from outside that it fits together to the last digit.
import { expect } from "vitest";
import { ReportNow } from "../api/operations.ts";
import type { KeptLogSubscription } from "../generated/graphql.ts";
import {
  abs,
  add,
  decimal,
  format,
  integer,
  le,
  mul,
  neg,
  type Rational,
  rational,
  sub,
  sum,
} from "../reference/rational.ts";
import { readPages } from "../replay/wholeAccount.ts";
import type { WireClient } from "../support/wireClient.ts";
import { KeptLog, KeptPositions, KeptSignals, KeptTrades } from "./operations.ts";

/** Half a unit of the last digit: 0.000000005. */
const HALF_A_LAST_DIGIT = rational(1n, 200_000_000n);

export type KeptEvent = KeptLogSubscription["accountEvents"];

/** Reads the account `main`, every page of its lists, and its log after a cursor. */
export async function readKept(client: WireClient, after: string | undefined) {
  const { report } = await client.run(ReportNow);
  if (!report) throw new Error("there is no account main");
  const { account } = report;
  return {
    account,
    newEvents: await readLog(client, after ?? account.sessionCursor, account.cursor),
    signals: await readPages(async (page) => (await client.run(KeptSignals, { after: page })).signals),
    positions: await readPages(async (page) => (await client.run(KeptPositions, { after: page })).positions),
    trades: await readPages(async (page) => (await client.run(KeptTrades, { after: page })).trades),
  };
}

export type Kept = Awaited<ReturnType<typeof readKept>>;

/** The log after one cursor up to another, its head. */
export async function readLog(client: WireClient, after: string, head: string): Promise<KeptEvent[]> {
  const events: KeptEvent[] = [];
  if (after === head) return events;
  for await (const { accountEvents } of await client.follow(KeptLog, { after })) {
    events.push(accountEvents);
    if (accountEvents.cursor === head) break;
  }
  return events;
}

/** The identities of the account's figures (domain.md 8), summed anew from every fill. */
export function expectIdentities({ account, positions, trades }: Kept): void {
  const figure = decimal;
  const starting = figure(account.startingCapital);
  const entries = positions.map(({ side, entryFill }) => flow(side === "LONG" ? "buys" : "sells", entryFill));
  const exits = trades.map(({ side, exitFill }) => flow(side === "LONG" ? "sells" : "buys", exitFill));
  const held = positions.map(({ side, currentPrice, remainingQuantity }) => {
    const value = mul(figure(currentPrice), figure(remainingQuantity));
    return side === "LONG" ? value : neg(value);
  });
  const total = (values: readonly string[]): string => format(sum(values.map(figure)));
  const fills = [...positions.map(({ entryFill }) => entryFill), ...trades.map(({ exitFill }) => exitFill)];

  expect(account.totalRealizedPnl).toBe(total(trades.map(({ realizedPnl }) => realizedPnl)));
  expect(account.totalCommissionPaid).toBe(total(fills.map(({ commission }) => commission)));
  expect(account.totalSlippageCost).toBe(total(fills.map(({ slippageCost }) => slippageCost)));
  expect(account.totalTrades).toBe(trades.length);
  expect(account.currentCapital).toBe(format(sum([starting, ...entries, ...exits])));
  expect(account.equity).toBe(total([account.startingCapital, account.totalRealizedPnl, account.totalUnrealizedPnl]));
  const liquidation = sum([figure(account.currentCapital), ...held]);
  expect(le(abs(sub(figure(account.equity), liquidation)), HALF_A_LAST_DIGIT)).toBe(true);
}

function flow(what: "buys" | "sells", fill: { readonly value: string; readonly commission: string }): Rational {
  const paid = add(decimal(fill.commission), what === "buys" ? decimal(fill.value) : neg(decimal(fill.value)));
  return neg(paid);
}

/** Signals, positions, trades and the log tell of the same things: nothing is there by half. */
export function expectNothingByHalf({ signals, positions, trades }: Kept, events: readonly KeptEvent[]): void {
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
  const opened = events.flatMap((event) => (event.__typename === "PositionOpened" ? [event.position.id] : []));
  const closed = events.flatMap((event) => (event.__typename === "TradeClosed" ? [event.trade] : []));
  const declined = events.flatMap((event) => (event.__typename === "SignalDeclined" ? [event.signal] : []));
  expect(positions.map(({ id }) => id)).toEqual(opened);
  expect(byId(trades)).toEqual(byId(closed));
  const decided = [...signals].reverse();
  expect(decided.filter(({ status }) => status === "REJECTED")).toEqual(declined);
  expect(decided.flatMap(({ position }) => position?.id ?? [])).toEqual(opened);
  expect(decided.filter(({ status }) => status !== "REJECTED" && status !== "FILLED")).toEqual([]);

  const tradesOf = new Map<string, Kept["trades"]>();
  for (const trade of trades) tradesOf.set(trade.position.id, [...(tradesOf.get(trade.position.id) ?? []), trade]);
  for (const position of positions) {
    const own = tradesOf.get(position.id) ?? [];
    const left = sub(decimal(position.quantity), sum(own.map(({ quantity }) => decimal(quantity))));
    expect(position.remainingQuantity).toBe(format(left));
    expect(position.status).toBe(le(left, integer(0)) ? "CLOSED" : "OPEN");
    expect(position.realizedPnl).toBe(format(sum(own.map(({ realizedPnl }) => decimal(realizedPnl)))));
  }
}

function byId<Row extends { readonly id: string }>(rows: readonly Row[]): Row[] {
  return [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));
}
