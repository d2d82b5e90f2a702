// Executing trade signals: read, decided once, answered with their final outcome (domain.md 3 and 6).
import { createHash } from "node:crypto";
import { decideSignal } from "../domain/decide.ts";
import type { Issue } from "../domain/issues.ts";
import { type PositionRecord, positionRecord, type SignalRecord, signalRecord } from "../domain/records.ts";
import { readSignal, type Signal, type SignalInput } from "../domain/signal.ts";
import { signalContent } from "../domain/signalContent.ts";
import { resolveAccount } from "./accountIds.ts";
import type { Batch, Command } from "./batch.ts";
import type { Viewer } from "./desk.ts";
import type { WriteRoad } from "./writeRoad.ts";

export const SIGNALS_IN_A_CALL_MAX = 500;

export interface AccountSignalInput extends SignalInput {
  /** The account's id or name; none means `main`. */
  readonly account?: string | null | undefined;
}

export type SignalExecution =
  | {
      readonly kind: "executed";
      readonly signal: SignalRecord;
      /** The position of a signal that was filled just now; a replayed one is looked up where it is asked for. */
      readonly position: PositionRecord | null;
      readonly replayed: boolean;
    }
  | { readonly kind: "invalid"; readonly issues: readonly Issue[] }
  | { readonly kind: "conflict"; readonly signalId: string }
  | { readonly kind: "accountNotFound" };

/** Executes signals, each on its own: answers in the order given. What is invalid is refused and stores nothing. */
export function executeSignals(
  road: WriteRoad,
  viewer: Viewer,
  inputs: readonly AccountSignalInput[],
): Promise<SignalExecution[]> {
  return Promise.all(inputs.map((input) => executeSignal(road, viewer, input)));
}

/** Executes one signal: a batch of one, or of all that wait with it. */
export async function executeSignal(
  road: WriteRoad,
  viewer: Viewer,
  input: AccountSignalInput,
): Promise<SignalExecution> {
  const read = readSignal(input);
  if (read.kind === "invalid") return read;
  return road.submit(signalCommand(viewer, resolveAccount(viewer.owner, input.account), read.signal));
}

function signalCommand(viewer: Viewer, accountId: string, signal: Signal): Command<SignalExecution> {
  const contentHash = createHash("sha256").update(signalContent(signal)).digest("hex");
  const { signalId } = signal;
  return { accountId, signalId, decide: (batch) => decide(batch, viewer, accountId, signal, contentHash) };
}

function decide(batch: Batch, viewer: Viewer, accountId: string, signal: Signal, contentHash: string): SignalExecution {
  const draft = batch.draft(accountId, viewer);
  if (draft === undefined) return { kind: "accountNotFound" };
  const { signalId } = signal;
  const known = batch.knownSignal({ accountId, signalId });
  if (known !== undefined) {
    if (known.contentHash !== contentHash) return { kind: "conflict", signalId };
    return { kind: "executed", signal: known, position: null, replayed: true };
  }
  const { nowMs, priceOf, hasLiveRoute } = batch;
  const quote = batch.quote(signal.symbol);
  const outcome = decideSignal(draft, { signal, contentHash, nowMs, quote, priceOf, hasLiveRoute });
  const opened = outcome.positionNumber === null ? undefined : draft.position(outcome.positionNumber);
  return {
    kind: "executed",
    signal: signalRecord(outcome),
    position: opened === undefined ? null : positionRecord(opened),
    replayed: false,
  };
}
