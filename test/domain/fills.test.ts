// Fills (domain.md 5): price, value, commission and slippage of a fill, and what it does to cash.

import { describe, expect, it } from "vitest";
import { decimal, formatDecimal } from "../../src/domain/decimal.ts";
import { afterEntry, newFigures } from "../../src/domain/figures.ts";
import { cashFlow, type Fill, fillOrder, fillPrice, type Trading, tradingOf } from "../../src/domain/fill.ts";
import type { SettingsInput } from "../../src/domain/settings.ts";
import { at, plain, settingsOf } from "../support/builders.ts";

interface Order {
  readonly trading: Trading;
  readonly reference: string;
  readonly quantity: string;
  readonly unitSize?: number;
  readonly settings?: SettingsInput;
}

function fillOf({ trading, reference, quantity, unitSize = 1, settings }: Order): Fill {
  return fillOrder(
    {
      trading,
      reference: { price: decimal(reference), source: "QUOTE", timeMs: at(0) },
      quantity: decimal(quantity),
      unitSize,
      timeMs: at(5),
      gapped: false,
    },
    settingsOf(settings),
  );
}

function figures(order: Order): {
  price: string;
  commission: string;
  slippageCost: string;
  value: string;
  cash: string;
} {
  const fill = fillOf(order);
  return {
    price: formatDecimal(fill.price),
    value: formatDecimal(fill.value),
    commission: formatDecimal(fill.commission),
    slippageCost: formatDecimal(fill.slippageCost),
    cash: formatDecimal(cashFlow(order.trading, fill)),
  };
}

describe("buying and selling", () => {
  it.each([
    ["LONG", "ENTER", "BUY"],
    ["LONG", "LEAVE", "SELL"],
    ["SHORT", "ENTER", "SELL"],
    ["SHORT", "LEAVE", "BUY"],
  ] as const)("a %s buys or sells to %s: %s", (side, action, trading) => {
    expect(tradingOf(side, action)).toBe(trading);
  });
});

describe("a STOCK: 100 shares at 150 with slippage 0.02 % and commission 0.005", () => {
  it("bought: 150 × 1.0002", () => {
    // value 150.03 × 100, commission 100 × 0.005, slippage 0.03 × 100, cash −(15003 + 0.5)
    expect(figures({ trading: "BUY", reference: "150", quantity: "100" })).toEqual({
      price: "150.03",
      value: "15003",
      commission: "0.5",
      slippageCost: "3",
      cash: "-15003.5",
    });
  });

  it("sold: 150 × 0.9998", () => {
    // value 149.97 × 100, cash 14997 − 0.5
    expect(figures({ trading: "SELL", reference: "150", quantity: "100" })).toEqual({
      price: "149.97",
      value: "14997",
      commission: "0.5",
      slippageCost: "3",
      cash: "14996.5",
    });
  });

  it.each(["BUY", "SELL"] as const)("without realistic fills, %s: no slippage, commission still charged", (trading) => {
    const settings = { useRealisticFills: false };
    expect(figures({ trading, reference: "150", quantity: "100", settings })).toEqual({
      price: "150",
      value: "15000",
      commission: "0.5",
      slippageCost: "0",
      cash: trading === "BUY" ? "-15000.5" : "14999.5",
    });
  });

  it.each(["BUY", "SELL"] as const)("with a slippage and a commission of 0, %s costs nothing", (trading) => {
    const settings = { slippagePercentage: "0", commissionPerShare: "0" };
    expect(figures({ trading, reference: "150", quantity: "100", settings })).toMatchObject({
      price: "150",
      commission: "0",
      slippageCost: "0",
      cash: trading === "BUY" ? "-15000" : "15000",
    });
  });
});

describe("FOREX: 1.5 lots of EUR/USD at 1.1 are 150,000 units", () => {
  const order = { reference: "1.1", quantity: "150000", unitSize: 100_000, settings: { commissionPerShare: "1" } };

  it("bought: commission on the 1.5 lots, not on the units", () => {
    // price 1.1 × 1.0002 = 1.10022; value × 150,000 = 165,033; slippage 0.00022 × 150,000 = 33
    expect(figures({ trading: "BUY", ...order })).toEqual({
      price: "1.10022",
      value: "165033",
      commission: "1.5",
      slippageCost: "33",
      cash: "-165034.5",
    });
  });

  it("sold", () => {
    // price 1.1 × 0.9998 = 1.09978; value × 150,000 = 164,967
    expect(figures({ trading: "SELL", ...order })).toEqual({
      price: "1.09978",
      value: "164967",
      commission: "1.5",
      slippageCost: "33",
      cash: "164965.5",
    });
  });
});

describe("CRYPTO: 0.12345678 coins at 43210.98765432", () => {
  const order = { reference: "43210.98765432", quantity: "0.12345678" };

  it("bought, each figure rounded once", () => {
    // price 43210.98765432 × 1.0002 = 43219.629851850864 → 43219.62985185
    // value 43219.62985185 × 0.12345678 = 5335.756334301278… → 5335.7563343
    // commission 0.12345678 × 0.005 = 0.0006172839 → 0.00061728
    // slippage (43219.62985185 − 43210.98765432 = 8.64219753) × 0.12345678 = 1.0669378791777534 → 1.06693788
    expect(figures({ trading: "BUY", ...order })).toEqual({
      price: "43219.62985185",
      value: "5335.7563343",
      commission: "0.00061728",
      slippageCost: "1.06693788",
      cash: "-5335.75695158",
    });
  });

  it("sold, each figure rounded once", () => {
    // price 43210.98765432 × 0.9998 = 43202.345456789136 → 43202.34545679
    // value × 0.12345678 = 5333.6224585429225… → 5333.62245854; slippage as bought
    expect(figures({ trading: "SELL", ...order })).toEqual({
      price: "43202.34545679",
      value: "5333.62245854",
      commission: "0.00061728",
      slippageCost: "1.06693788",
      cash: "5333.62184126",
    });
  });
});

describe("the fill price", () => {
  it.each<[Trading, string, string, string]>([
    // 0.00000025 × 1.1 = 0.000000275, a tie to the even 28; × 0.9 = 0.000000225, a tie to the even 22
    ["BUY", "0.00000025", "10", "0.00000028"],
    ["SELL", "0.00000025", "10", "0.00000022"],
    // 0.00000015 × 1.1 = 0.000000165, a tie to the even 16
    ["BUY", "0.00000015", "10", "0.00000016"],
    // 0.00000001 × 0.9 = 0.000000009: never 0
    ["SELL", "0.00000001", "10", "0.00000001"],
    ["BUY", "999999999999.99999999", "10", "1099999999999.99999999"],
    ["BUY", "150", "0.00000001", "150.00000002"],
  ])("of %s at %s with slippage %s %% is %s, half to even", (trading, reference, slippagePercentage, digits) => {
    const price = fillPrice(trading, decimal(reference), settingsOf({ slippagePercentage }));
    expect(formatDecimal(price)).toBe(digits);
  });
});

describe("the record of a fill", () => {
  it("tells its reference price, source and market time, the model's version and the settings it used", () => {
    const settings = { slippagePercentage: "0.1", commissionPerShare: "0.01" };
    const order = { trading: "BUY", reference: "150", quantity: "100", settings } as const;
    expect(plain(fillOf(order))).toEqual({
      price: "150.15",
      quantity: "100",
      value: "15015",
      timeMs: at(5),
      reference: { price: "150", source: "QUOTE", timeMs: at(0) },
      gapped: false,
      commission: "1",
      slippageCost: "15",
      modelVersion: 1,
      settings: { slippagePercentage: "0.1", commissionPerShare: "0.01", useRealisticFills: true },
    });
  });
});

describe("cash after an entry", () => {
  it("is less by value and commission for a LONG: the slippage is in the price and not taken again", () => {
    const fill = fillOf({ trading: "BUY", reference: "150", quantity: "100" });
    // 100,000 − 15,003 − 0.5
    expect(plain(afterEntry(newFigures(decimal("100000")), "LONG", fill))).toMatchObject({
      cash: "84996.5",
      totalCommissionPaid: "0.5",
      totalSlippageCost: "3",
      totalRealizedPnl: "0",
    });
  });

  it("is more by value less commission for a SHORT", () => {
    const fill = fillOf({ trading: "SELL", reference: "150", quantity: "100" });
    // 100,000 + 14,997 − 0.5
    expect(plain(afterEntry(newFigures(decimal("100000")), "SHORT", fill))).toMatchObject({
      cash: "114996.5",
      totalCommissionPaid: "0.5",
      totalSlippageCost: "3",
    });
  });
});
