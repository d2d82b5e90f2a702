// Closing a position by hand, whole or in part; a request with an id is done once (domain.md 7, MANUAL).
import type { Draft } from "../domain/book.ts";
import { type Decimal, decimal, formatDecimal } from "../domain/decimal.ts";
import { type Issue, Issues } from "../domain/issues.ts";
import type { Position } from "../domain/position.ts";
import { type PositionRecord, positionRecord, type TradeRecord, tradeRecord } from "../domain/records.ts";
import { ID_PATTERN, ID_WORDS } from "../domain/signal.ts";
import type { PositionKey } from "../ports.ts";
import type { Batch, Command } from "./batch.ts";
import { closeNow } from "./closings.ts";
import type { Viewer } from "./desk.ts";
import type { WriteRoad } from "./writeRoad.ts";

export interface ClosePositionInput {
  /** Undefined where the client's id names no position at all. */
  readonly position: PositionKey | undefined;
  readonly quantity?: string | null | undefined;
  readonly requestId?: string | null | undefined;
}

export type Closure =
  | {
      readonly kind: "closed";
      readonly position: PositionRecord;
      readonly trade: TradeRecord;
      readonly replayed: boolean;
    }
  | { readonly kind: "invalid"; readonly issues: readonly Issue[] }
  | { readonly kind: "notFound" }
  | { readonly kind: "alreadyClosed"; readonly position: PositionRecord };

interface Request {
  readonly key: PositionKey;
  /** All that is left, where there is none. */
  readonly quantity: Decimal | undefined;
  readonly requestId: string | undefined;
}

/** Closes a position at the board's newest price. A part needs a request id; the same one again answers the first result. */
export async function closePosition(road: WriteRoad, viewer: Viewer, input: ClosePositionInput): Promise<Closure> {
  const issues = new Issues();
  const quantity = issues.amount(["quantity"], input.quantity);
  const requestId = readRequestId(input, issues);
  if (issues.list.length > 0) return { kind: "invalid", issues: issues.list };
  if (input.position === undefined) return { kind: "notFound" };
  return road.submit(closeCommand(viewer, { key: input.position, quantity, requestId }));
}

function readRequestId({ requestId, quantity }: ClosePositionInput, issues: Issues): string | undefined {
  const isGiven = requestId !== null && requestId !== undefined;
  if (isGiven) return issues.pattern(["requestId"], requestId, ID_PATTERN, ID_WORDS);
  if (quantity === null || quantity === undefined) return undefined;
  return issues.add(
    ["requestId"],
    "is missing: closing a part needs it, so that it is done once however often it is sent",
  );
}

function closeCommand(viewer: Viewer, request: Request): Command<Closure> {
  const { accountId, number } = request.key;
  const { requestId } = request;
  return { accountId, positionNumber: number, requestId, decide: (batch) => decide(batch, viewer, request) };
}

function decide(batch: Batch, viewer: Viewer, request: Request): Closure {
  const { key, quantity, requestId } = request;
  const draft = batch.draft(key.accountId, viewer);
  if (draft === undefined) return { kind: "notFound" };
  const position = batch.position(draft, key.number);
  const stored = position === undefined ? batch.storedPosition(key) : positionRecord(position);
  if (stored === undefined) return { kind: "notFound" };
  const first = requestId === undefined ? undefined : batch.knownTrade({ ...key, requestId });
  if (first !== undefined) return replay(first, stored, quantity);
  if (position === undefined || stored.status === "CLOSED") return { kind: "alreadyClosed", position: stored };
  return closePart(batch, draft, position, request);
}

function replay(first: TradeRecord, position: PositionRecord, quantity: Decimal | undefined): Closure {
  if (quantity === undefined || quantity.eq(decimal(first.quantity))) {
    return { kind: "closed", position, trade: first, replayed: true };
  }
  return invalid("requestId", `was used before to close ${first.quantity}: another quantity needs another request id`);
}

function closePart(batch: Batch, draft: Draft, position: Position, request: Request): Closure {
  const { remaining, number } = position;
  const quantity = request.quantity ?? remaining;
  if (quantity.gt(remaining)) {
    return invalid("quantity", `is ${formatDecimal(quantity)}, but only ${formatDecimal(remaining)} are left`);
  }
  const { requestId } = request;
  const trade = closeNow(batch, draft, position, {
    reason: "MANUAL",
    quantity,
    ...(requestId === undefined ? {} : { requestId }),
  });
  draft.mark(batch.priceOf, batch.nowMs);
  const after = draft.position(number) ?? position;
  return { kind: "closed", position: positionRecord(after), trade: tradeRecord(trade), replayed: false };
}

function invalid(field: string, message: string): Closure {
  return { kind: "invalid", issues: [{ path: [field], message }] };
}
