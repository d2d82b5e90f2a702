// Positions that are opened before the crashes, and must be watched after them: stops, a target, an expiry.
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { ExecuteSignalInput, KeptSignalQuery } from "../generated/graphql.ts";
import { PublishQuotes } from "../support/documents.ts";
import type { WireClient } from "../support/wireClient.ts";
import { KeptSignal, SendSignal } from "./operations.ts";

const POLL_MS = 20;

type Watched = NonNullable<NonNullable<KeptSignalQuery["signal"]>["position"]>;

export async function quote(client: WireClient, symbol: string, price: string): Promise<void> {
  const { publishQuotes } = await client.run(PublishQuotes, { quotes: [{ symbol, price }] });
  expect(publishQuotes).toEqual({ accepted: 1, stale: 0, refused: [] });
}

/** The position of a signal as it is stored. */
export async function positionOf(client: WireClient, signalId: string): Promise<Watched> {
  const { signal } = await client.run(KeptSignal, { signalId });
  if (!signal?.position) throw new Error(`${signalId} has no position`);
  return signal.position;
}

/** Waits for a position to become what is asked for: a mark saves it soon. */
export async function untilPosition(
  client: WireClient,
  signalId: string,
  isSo: (position: Watched) => boolean,
): Promise<Watched> {
  for (;;) {
    const position = await positionOf(client, signalId);
    if (isSo(position)) return position;
    await sleep(POLL_MS);
  }
}

/** Opens a position at a price of 100 in a symbol that has the signal's name. */
export async function open(client: WireClient, name: string, change: Partial<ExecuteSignalInput>): Promise<void> {
  const symbol = name.toUpperCase();
  await quote(client, symbol, "100");
  const levels = change.side === "SHORT" ? { stopLoss: "105", target1: "50" } : { stopLoss: "95", target1: "200" };
  const input = { signalId: name, symbol, entryPrice: "100", positionSize: "10", ...levels, ...change };
  const { executeSignal } = await client.run(SendSignal, { input });
  expect(executeSignal).toMatchObject({ replayed: false, signal: { status: "FILLED" } });
}

/** Opens them all, and waits until moved stops are saved. */
export async function openWatched(client: WireClient): Promise<void> {
  await open(client, "stop", {});
  await open(client, "target", { target1: "110", target2: "120" });
  await open(client, "trail-long", { trailingStop: { activation: "105", offset: "2" } });
  await open(client, "trail-short", { side: "SHORT", trailingStop: { activation: "95", offset: "2" } });
  await quote(client, "TARGET", "111");
  await quote(client, "TRAIL-LONG", "110");
  await quote(client, "TRAIL-SHORT", "90");
  await untilPosition(client, "trail-long", ({ stopLoss }) => stopLoss === "108");
  await untilPosition(client, "trail-short", ({ stopLoss }) => stopLoss === "92");
}

/** The last exit of a position that is closed; undefined while it is open. */
async function exitOf(client: WireClient, signalId: string) {
  const { status, trades } = await positionOf(client, signalId);
  const last = status === "CLOSED" ? trades.at(-1) : undefined;
  return last && { reason: last.exitReason, reference: last.exitFill.referencePrice, gapped: last.exitFill.gapped };
}

/** After the crashes: each fires on the next quote that reaches its level, a trailing stop at its moved one. */
export async function expectWatched(client: WireClient): Promise<void> {
  await quote(client, "STOP", "94.5");
  expect(await exitOf(client, "stop")).toEqual({ reason: "STOP_LOSS", reference: "94.5", gapped: true });

  // Target 1 was reached before; it is not reached again.
  await quote(client, "TARGET", "112");
  expect(await exitOf(client, "target")).toBeUndefined();
  await quote(client, "TARGET", "120");
  expect(await exitOf(client, "target")).toEqual({ reason: "TARGET_2", reference: "120", gapped: false });

  expect(await positionOf(client, "trail-long")).toMatchObject({ stopLoss: "108", trailingStop: { active: true } });
  await quote(client, "TRAIL-LONG", "108.01");
  expect(await exitOf(client, "trail-long")).toBeUndefined();
  await quote(client, "TRAIL-LONG", "108");
  expect(await exitOf(client, "trail-long")).toEqual({ reason: "TRAILING_STOP", reference: "108", gapped: false });

  // It goes on from the best price that was saved, and follows on.
  expect(await positionOf(client, "trail-short")).toMatchObject({ stopLoss: "92", trailingStop: { active: true } });
  await quote(client, "TRAIL-SHORT", "91");
  await quote(client, "TRAIL-SHORT", "88");
  await untilPosition(client, "trail-short", ({ stopLoss }) => stopLoss === "90");
  await quote(client, "TRAIL-SHORT", "90");
  expect(await exitOf(client, "trail-short")).toEqual({ reason: "TRAILING_STOP", reference: "90", gapped: false });
}
