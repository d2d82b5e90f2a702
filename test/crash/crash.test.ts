// The desk is killed again and again in the middle of its work: what it has acknowledged is there, nothing is by half.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DecidedSignalFragment } from "../generated/graphql.ts";
import { Enable } from "../support/documents.ts";
import type { WireClient } from "../support/wireClient.ts";
import { places, startWireDesk, type WireDesk } from "../support/wireDesk.ts";
import { expectIdentities, expectNothingByHalf, type Kept, type KeptEvent, readKept, readLog } from "./kept.ts";
import { emptyLedger, type Ledger, startLoad } from "./load.ts";
import { KeptSignal, SendClose, SendSignals } from "./operations.ts";
import { expectWatched, open, openWatched, positionOf, untilPosition } from "./watched.ts";

/** How often the desk is killed on its embedded database; on PostgreSQL, whose own process lives on, a quarter of that. */
const CRASHES = Number(process.env["CRASHES"] ?? 20);
/** The kill comes when so many outcomes have been acknowledged since the start, and others are under way. */
const ACKNOWLEDGED = { min: 10, max: 50 };
/** About what the last kill and start take, so that a position expires meanwhile. */
const EXPIRY_MS = 3000;
const RESENT_AT_ONCE = 100;
const LOG_LEVEL_WARN = 40;
const TIMEOUT_MS = 600_000;
/** Capital and limits of risk that let some thousand positions be open at once. */
const WIDE = { startingCapital: "100000000", maxPortfolioHeat: "100", maxCampaignRisk: "100" };

describe.each(places)("a desk on $name that is killed in mid-load", ({ name, open: openPlace }) => {
  const crashes = name === "PGlite" ? CRASHES : Math.ceil(CRASHES / 4);
  const ledger = emptyLedger(crashes);
  const events: KeptEvent[] = [];
  let desk: WireDesk;
  beforeAll(async () => {
    desk = await startWireDesk({ MARK_INTERVAL_MS: "50", CHECK_IDENTITIES: "on", LOG_LEVEL: "warn" }, openPlace);
  });
  afterAll(() => desk?.stop());

  it(
    `${crashes} times keeps every acknowledged outcome, and nothing by half`,
    async () => {
      await desk.client.run(Enable, { input: { name: "main", settings: WIDE } });
      await openWatched(desk.client);
      for (let crash = 1; crash <= crashes; crash += 1) {
        const before = { signals: new Set(ledger.signals.keys()), closes: new Set(ledger.closes.keys()) };
        if (crash === crashes) await open(desk.client, "expires", { expiresAt: soon() });
        const load = startLoad(desk, ledger, ledger.next(ACKNOWLEDGED.min, ACKNOWLEDGED.max));
        await load.reached;
        const killed = desk.server;
        await desk.restart("SIGKILL");
        await load.broken;
        expect({ faults: ledger.faults, complaints: complaintsOf(killed.stderr()) }).toEqual({
          faults: [],
          complaints: [],
        });

        if (crash === crashes) await untilPosition(desk.client, "expires", ({ status }) => status === "CLOSED");
        const kept = await readKept(desk.client, events.at(-1)?.cursor);
        events.push(...kept.newEvents);
        expectEveryAcknowledged(ledger, kept);
        expectNothingByHalf(kept, events);
        expectIdentities(kept);
        await resendSignals(desk.client, ledger, before.signals, kept);
        await resendCloses(desk.client, ledger, before.closes);
      }
    },
    TIMEOUT_MS,
  );

  it("fires stops, trailing stops and targets on the next quote, and closes what expired meanwhile", async () => {
    await expectWatched(desk.client);
    const { trades } = await positionOf(desk.client, "expires");
    expect(trades).toMatchObject([{ exitReason: "EXPIRED", exitFill: { referencePrice: "100" } }]);
  });

  it("has one log from its beginning, in which nothing has changed", async () => {
    const kept = await readKept(desk.client, events.at(-1)?.cursor);
    events.push(...kept.newEvents);
    expectNothingByHalf(kept, events);
    expectIdentities(kept);
    expect(await readLog(desk.client, kept.account.sessionCursor, kept.account.cursor)).toEqual(events);
    console.log(
      `${name}: ${crashes} crashes, ${ledger.signals.size} signals sent, ${kept.trades.length} trades, ${events.length} events`,
    );
  });
});

function soon(): string {
  return new Date(Date.now() + EXPIRY_MS).toISOString();
}

/** Log lines that a desk in order does not write. */
function complaintsOf(stderr: string): string[] {
  const lines = stderr.split("\n").filter((line) => line !== "");
  // The last line may be cut off by the kill.
  return lines.filter((line) => !line.endsWith("}") || (JSON.parse(line) as { level: number }).level >= LOG_LEVEL_WARN);
}

function expectEveryAcknowledged(ledger: Ledger, { signals, trades }: Kept): void {
  const kept = new Map(signals.map((signal) => [signal.signalId, signal]));
  expect([...ledger.decided.keys()].map((signalId) => kept.get(signalId))).toEqual([...ledger.decided.values()]);
  const keptTrades = new Map(trades.map((trade) => [trade.id, trade]));
  expect([...ledger.closed.values()].map(({ id }) => keptTrades.get(id))).toEqual([...ledger.closed.values()]);
}

/** Sends every signal of the last load again: what was decided is answered as replayed, the others are decided now. */
async function resendSignals(
  client: WireClient,
  ledger: Ledger,
  before: ReadonlySet<string>,
  kept: Kept,
): Promise<void> {
  const stored = new Map(kept.signals.map((signal) => [signal.signalId, signal]));
  const again = [...ledger.signals.values()].filter(({ signalId }) => !before.has(signalId));
  const answered: DecidedSignalFragment[] = [];
  for (let from = 0; from < again.length; from += RESENT_AT_ONCE) {
    const inputs = again.slice(from, from + RESENT_AT_ONCE);
    const { executeSignals } = await client.run(SendSignals, { inputs });
    for (const [index, result] of executeSignals.entries()) {
      if (result.__typename !== "ExecuteSignalPayload") throw new Error(JSON.stringify(result));
      const first = stored.get(inputs[index]?.signalId ?? "");
      expect(result.replayed).toBe(first !== undefined);
      if (first !== undefined) expect(result.signal).toEqual(first);
      answered.push(result.signal);
    }
  }
  for (const signal of answered) ledger.decided.set(signal.signalId, signal);
  const [one] = answered;
  if (one === undefined) return;
  expect((await client.run(KeptSignal, { signalId: one.signalId })).signal).toMatchObject(one);
}

/** Sends every close of the last load again: an acknowledged one answers the same trade. */
async function resendCloses(client: WireClient, ledger: Ledger, before: ReadonlySet<string>): Promise<void> {
  for (const close of [...ledger.closes.values()].filter(({ requestId }) => !before.has(requestId))) {
    const { closePosition } = await client.run(SendClose, { input: close });
    const first = ledger.closed.get(close.requestId);
    if (first !== undefined) expect(closePosition).toMatchObject({ replayed: true, trade: first });
    else if (closePosition.__typename === "ClosePositionPayload")
      ledger.closed.set(close.requestId, closePosition.trade);
    else ledger.closes.delete(close.requestId);
  }
}
