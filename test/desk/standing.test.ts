// What the banner says of an account: paper, off or live, by words.
import { describe, expect, test } from "vitest";
import { standingOf } from "../../web/desk/src/format/standing.ts";

const PAPER = { promotedAt: null, routeConfigured: true };
const PROMOTED = { promotedAt: "2026-01-31T00:00:00.000Z", routeConfigured: true };

describe("The banner", () => {
  test("should say that no real money is moved while there is no account", () => {
    expect(standingOf(null)).toEqual({ kind: "paper", text: "Paper trading: no real money is moved here." });
  });

  test("should promise nothing of an account that was not read yet", () => {
    const { kind, text } = standingOf(undefined);
    expect(kind).toBe("off");
    expect(text).toContain("is not known");
  });

  test("should not call live what has no live route", () => {
    const live = { ...PROMOTED, routeConfigured: false };
    expect(standingOf({ name: "main", status: "DISABLED", live })).toEqual({
      kind: "off",
      text: "“main” is promoted, but this server has no live route: signals are skipped.",
    });
  });

  test("should say whether paper trading is on or off", () => {
    expect(standingOf({ name: "main", status: "ENABLED", live: PAPER })).toEqual({
      kind: "paper",
      text: "Paper trading is on for “main”: no real money is moved.",
    });
    expect(standingOf({ name: "main", status: "DISABLED", live: PAPER })).toEqual({
      kind: "off",
      text: "Paper trading is off for “main”: signals are skipped.",
    });
  });

  test("should tell a promoted account that trades on paper from one that is live", () => {
    expect(standingOf({ name: "main", status: "ENABLED", live: PROMOTED })).toEqual({
      kind: "paper",
      text: "Paper trading is on for “main”: it is promoted, and goes live when it is switched off.",
    });
    expect(standingOf({ name: "main", status: "DISABLED", live: PROMOTED })).toEqual({
      kind: "live",
      text: "LIVE: signals for “main” leave for the live route while it is eligible.",
    });
  });
});
