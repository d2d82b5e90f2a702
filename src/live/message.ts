// What a receiver gets of a signal: the body of a delivery, every field of the signal as it was sent.
import type { SignalRecord } from "../domain/records.ts";
import type { LiveOrder } from "../ports.ts";

/** Grows when a field changes its meaning or goes; new fields may come within a version. */
export const MESSAGE_VERSION = 1;

/** The key of a delivery, the same at every attempt: a signal's id is unique in its account. */
export function idempotencyKey({ delivery: { accountId, signalId } }: Pick<LiveOrder, "delivery">): string {
  return `${accountId}:${signalId}`;
}

/** The body as JSON; `accountGlobalId` gives the account's id as the API has it. The same order gives the same bytes. */
export function messageOf(order: LiveOrder, accountGlobalId: (accountId: string) => string): string {
  const { accountName: name, delivery, signal } = order;
  return JSON.stringify({
    version: MESSAGE_VERSION,
    id: idempotencyKey(order),
    account: { id: accountGlobalId(delivery.accountId), name },
    signal: signalFields(signal),
    decidedAt: signal.receivedAt,
  });
}

function signalFields(signal: SignalRecord) {
  const { trailActivation: activation, trailOffset: offset } = signal;
  return {
    signalId: signal.signalId,
    symbol: signal.symbol,
    assetClass: signal.assetClass,
    patternType: signal.patternType,
    side: signal.side,
    phase: signal.phase,
    timeframe: signal.timeframe,
    entryPrice: signal.entryPrice,
    stopLoss: signal.stopLoss,
    target1: signal.target1,
    target2: signal.target2,
    trailingStop: activation === null || offset === null ? null : { activation, offset },
    positionSize: signal.positionSize,
    positionSizeUnit: signal.positionSizeUnit,
    leverage: signal.leverage,
    confidence: signal.confidence,
    campaignId: signal.campaignId,
    marketPrice: signal.marketPrice,
    expiresAt: signal.expiresAt,
    source: signal.source,
    generatedAt: signal.generatedAt,
    schemaVersion: signal.schemaVersion,
    patternData: signal.patternData,
    volumeAnalysis: signal.volumeAnalysis,
  };
}
