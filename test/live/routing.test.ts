// Where a signal goes (domain.md 10): paper while the account is enabled, live by three keys at once, else nowhere.
import { describe, expect, it } from "vitest";
import { Draft, emptyBook } from "../../src/domain/book.ts";
import { decideSignal } from "../../src/domain/decide.ts";
import { decimal } from "../../src/domain/decimal.ts";
import { routeOf } from "../../src/domain/routing.ts";
import { DEFAULT_SETTINGS } from "../../src/domain/settings.ts";
import { prices, signalOf } from "../support/builders.ts";

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 0, 5);

function bookWith({ enabled = false, promoted = true, closed = 20, sumOfR = "40" }) {
  const book = emptyBook({ accountId: "a", owner: "o", name: "main", settings: DEFAULT_SETTINGS, nowMs: START_MS });
  const { account, session } = book;
  const figures = { ...session.figures, closedPositions: closed, closedWins: closed, closedSumOfR: decimal(sumOfR) };
  return {
    ...book,
    account: {
      ...account,
      status: enabled ? ("ENABLED" as const) : ("DISABLED" as const),
      promotedAtMs: promoted ? START_MS : null,
    },
    session: { ...session, figures },
  };
}

const DAYS_90 = START_MS + 90 * DAY_MS;

describe("A signal's route", () => {
  it.each([
    ["an enabled account, promoted and eligible", { enabled: true }, true, DAYS_90, { kind: "paper" }],
    ["a disabled one, promoted and eligible", {}, true, DAYS_90, { kind: "live" }],
    ["without a route", { promoted: false }, false, DAYS_90, { kind: "nowhere", skipReason: "ACCOUNT_DISABLED" }],
    ["promoted, without a route", {}, false, DAYS_90, { kind: "nowhere", skipReason: "NO_LIVE_ROUTE" }],
    ["not promoted", { promoted: false }, true, DAYS_90, { kind: "nowhere", skipReason: "NOT_PROMOTED" }],
    ["a day too early", {}, true, DAYS_90 - 1, { kind: "nowhere", skipReason: "NOT_ELIGIBLE" }],
    ["with 19 positions", { closed: 19 }, true, DAYS_90, { kind: "nowhere", skipReason: "NOT_ELIGIBLE" }],
    ["with an average R of 1.5", { sumOfR: "30" }, true, DAYS_90, { kind: "nowhere", skipReason: "NOT_ELIGIBLE" }],
  ])("of %s", (_of, change, hasLiveRoute, nowMs, route) => {
    expect(routeOf(bookWith(change), nowMs, hasLiveRoute)).toEqual(route);
  });

  it("leads to an outcome, an event and one delivery, and to nothing else", () => {
    const draft = new Draft(bookWith({}));
    const signal = signalOf();
    const decision = { signal, contentHash: "h", nowMs: DAYS_90, quote: undefined, priceOf: prices({}) };
    const outcome = decideSignal(draft, { ...decision, hasLiveRoute: true });
    expect(outcome).toMatchObject({ status: "ROUTED_LIVE", skipReason: null, positionNumber: null, sequence: 1 });
    expect(draft.events.map(({ type }) => type)).toEqual(["SignalRouted"]);
    expect([...draft.deliveries.values()]).toMatchObject([
      { signalId: signal.signalId, sequence: 1, state: "PENDING", attempts: 0, nextAttemptMs: DAYS_90 },
    ]);
    expect([draft.positions.size, draft.trades.length, draft.points.length]).toEqual([0, 0, 0]);
  });

  it("is never live where nobody says that there is a route", () => {
    const draft = new Draft(bookWith({}));
    decideSignal(draft, {
      signal: signalOf(),
      contentHash: "h",
      nowMs: DAYS_90,
      quote: undefined,
      priceOf: prices({}),
    });
    expect(draft.signals).toMatchObject([{ status: "SKIPPED", skipReason: "NO_LIVE_ROUTE" }]);
    expect(draft.deliveries.size).toBe(0);
  });
});
