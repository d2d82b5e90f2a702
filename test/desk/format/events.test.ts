// What has happened at an account, in one line each: with the figures as they are.
import {
  type DateTime,
  type Decimal,
  decimal,
  type FollowAccountSubscription,
  type LogCursor,
} from "@papertape/client";
import { describe, expect, test } from "vitest";
import { describeEvent } from "../../../web/desk/src/format/events.ts";

type Event = FollowAccountSubscription["accountEvents"];
type EventOf<Name extends Event["__typename"]> = Extract<Event, { readonly __typename: Name }>;

const PLACE = {
  cursor: "cursor" as LogCursor,
  sequence: 1,
  marketTime: "2024-03-01T14:30:00.000Z" as DateTime,
  recordedAt: "2024-03-01T14:30:00.000Z" as DateTime,
  actor: null,
};
const LONG_SYMBOL = "ABCDEFGHIJKLMNOPQRSTUVWXYZ.012345";

const POSITION: EventOf<"PositionOpened">["position"] = {
  id: "p",
  signalId: "s",
  symbol: "ACME",
  side: "LONG",
  status: "OPEN",
  quantity: decimal("10"),
  remainingQuantity: decimal("10"),
  entryPrice: decimal("150.03"),
  stopLoss: decimal("145"),
  target1: decimal("160"),
  target2: null,
  realizedPnl: decimal("0"),
};

const TRADE: EventOf<"TradeClosed">["trade"] = {
  id: "t",
  signalId: "s",
  symbol: "ACME",
  side: "LONG",
  quantity: decimal("50"),
  entryPrice: decimal("150.03"),
  exitPrice: decimal("145.9708"),
  exitReason: "STOP_LOSS",
  realizedPnl: decimal("-203.46"),
  rMultipleAchieved: decimal("-1.33966997"),
};

const SIGNAL: EventOf<"SignalDeclined">["signal"] = {
  signalId: "s",
  symbol: "ACME",
  side: "LONG",
  status: "REJECTED",
  skipReason: null,
  rejections: [],
};

const opened = (change: Partial<typeof POSITION>): Event => ({
  __typename: "PositionOpened",
  ...PLACE,
  position: { ...POSITION, ...change },
});
const closed = (change: Partial<typeof TRADE>): Event => ({
  __typename: "TradeClosed",
  ...PLACE,
  trade: { ...TRADE, ...change },
  position: { ...POSITION, status: "CLOSED" },
});
const declined = (change: Partial<typeof SIGNAL>): Event => ({
  __typename: "SignalDeclined",
  ...PLACE,
  signal: { ...SIGNAL, ...change },
});

describe("an event", () => {
  test("should say what was opened, and on which side", () => {
    expect(describeEvent(opened({}))).toBe("Bought 10 ACME at 150.03");
    expect(describeEvent(opened({ side: "SHORT" }))).toBe("Sold short 10 ACME at 150.03");
  });

  test("should say what a trade has come to, and why it was closed", () => {
    expect(describeEvent(closed({}))).toBe("Closed 50 ACME at 145.9708: -$203.46 (stop)");
    const won = closed({ exitReason: "TARGET_1", realizedPnl: decimal("296.44") });
    expect(describeEvent(won)).toBe("Closed 50 ACME at 145.9708: +$296.44 (target 1)");
    for (const none of ["0", "-0.00"])
      expect(describeEvent(closed({ realizedPnl: none as Decimal }))).toContain(": $0.00 (");
  });

  test("should keep long symbols and figures whole", () => {
    const figures = { quantity: decimal("0.00000001"), entryPrice: decimal("12345678901234567890.12345678") };
    expect(describeEvent(opened({ symbol: LONG_SYMBOL, ...figures }))).toBe(
      `Bought 0.00000001 ${LONG_SYMBOL} at 12,345,678,901,234,567,890.12345678`,
    );
  });

  test("should give every reason of a rejection, in words", () => {
    const rejections = [
      { code: "TRADE_RISK", message: "" },
      { code: "INSUFFICIENT_FUNDS", message: "" },
    ] as const;
    expect(describeEvent(declined({ rejections: [...rejections] }))).toBe(
      "Rejected a signal for ACME: it would risk too much; not enough funds",
    );
  });

  test("should tell a signal that was skipped from one that was rejected", () => {
    const skipped = declined({ status: "SKIPPED", skipReason: "ACCOUNT_DISABLED" });
    expect(describeEvent(skipped)).toBe("Skipped a signal for ACME");
  });

  test("should say what goes live, and what became of it", () => {
    expect(describeEvent({ __typename: "SignalRouted", ...PLACE, signal: { ...SIGNAL, status: "ROUTED_LIVE" } })).toBe(
      "Sent a signal for ACME to the live route",
    );
    const delivery = { signalId: "s-1", state: "DELIVERED", failure: null, problem: null, attempts: 1 } as const;
    expect(describeEvent({ __typename: "DeliveryEnded", ...PLACE, delivery })).toBe(
      "Delivery of s-1 to the live route: delivered",
    );
  });

  test("should say how the account was changed", () => {
    const account = { name: "main", status: "ENABLED", session: 2, equity: decimal("100000") } as const;
    expect(describeEvent({ __typename: "AccountChanged", ...PLACE, change: "RESET", account })).toBe(
      "The account was changed: reset",
    );
  });
});
