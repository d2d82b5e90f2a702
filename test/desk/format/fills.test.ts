// Why a fill has its price, told to whoever asks: with the digits of its record.
import { dateTime, decimal, type FillFieldsFragment } from "@papertape/client";
import { describe, expect, test } from "vitest";
import { explainFill, sourceOf } from "../../../web/desk/src/format/fills.ts";
import { momentOf } from "../../../web/desk/src/format/times.ts";

const PRICE_TIME = "2024-03-01T14:30:00.000Z";

/** 10 bought at 150 with 0.02 % of slippage. */
function fill(change: Partial<FillFieldsFragment> = {}): FillFieldsFragment {
  return {
    price: decimal("150.03"),
    referencePrice: decimal("150"),
    quantity: decimal("10"),
    value: decimal("1500.3"),
    commission: decimal("0.05"),
    commissionPerShare: decimal("0.005"),
    slippageCost: decimal("0.3"),
    slippagePercentage: decimal("0.02"),
    gapped: false,
    priceSource: "QUOTE",
    priceTime: dateTime(PRICE_TIME),
    time: dateTime(PRICE_TIME),
    useRealisticFills: true,
    modelVersion: 1,
    ...change,
  };
}

const told = (change: Partial<FillFieldsFragment>) => explainFill(fill(change), "LONG", "enter").join(" ");

describe("a fill", () => {
  test("should be spelled out: what was done, from which price, what it cost", () => {
    expect(explainFill(fill(), "LONG", "enter")).toEqual([
      "Bought 10 at 150.03, that is $1,500.30.",
      `It was made from 150.00, the price of a quote of ${momentOf(PRICE_TIME)}.`,
      "Slippage made it 0.02 % worse, which cost $0.30; it is in the price already.",
      "The commission was $0.05: 0.005 for each unit of the signal's size.",
      "Version 1 of the rules for fills made it.",
    ]);
  });

  test.each([
    ["LONG", "enter", "Bought 10 "],
    ["LONG", "leave", "Sold 10 "],
    ["SHORT", "enter", "Sold short 10 "],
    ["SHORT", "leave", "Bought back 10 "],
  ] as const)("should call it by its name: %s, %s: %s", (side, step, words) => {
    expect(explainFill(fill(), side, step)[0]).toContain(words);
  });

  test("should say that the price had jumped past the level, and only then", () => {
    expect(told({ gapped: true })).toContain("The price had jumped past the level that triggered it");
    expect(told({ gapped: false })).not.toContain("jumped");
  });

  test("should tell slippage that was switched off from slippage of nothing", () => {
    expect(told({ useRealisticFills: false, slippageCost: decimal("0") })).toContain("Fills had no slippage then.");
    for (const none of ["0", "0.00000000", "-0"])
      expect(told({ slippagePercentage: decimal(none) })).toContain("The slippage was 0 % then.");
  });

  test("should keep all digits of the percentage and of the prices", () => {
    expect(told({ slippagePercentage: decimal("0.025") })).toContain("made it 0.025 % worse");
    expect(told({ slippagePercentage: decimal("0.00000001") })).toContain("made it 0.00000001 % worse");
    expect(told({ price: decimal("12345678901234567.12345678") })).toContain("at 12,345,678,901,234,567.12345678,");
    expect(told({ commissionPerShare: decimal("0.00012345") })).toContain("0.00012345 for each unit");
  });

  test("should say what the price was of", () => {
    expect([sourceOf(fill()), sourceOf(fill({ priceSource: "BAR" }))]).toEqual(["quote", "bar"]);
    expect(told({ priceSource: "BAR" })).toContain("the price of a bar of");
  });
});
