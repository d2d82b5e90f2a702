// Random histories of a desk: signals, quotes, bars, closes, resets and settings, mostly sensible and sometimes not.
import fc from "fast-check";
import type * as Reference from "../reference/types.ts";

export type Step =
  | { readonly kind: "enable"; readonly input: Reference.EnableInput }
  | { readonly kind: "disable"; readonly input: Reference.DisableInput }
  | { readonly kind: "reset"; readonly input: Reference.ResetInput }
  | { readonly kind: "settings"; readonly input: Reference.UpdateSettingsInput }
  | { readonly kind: "signals"; readonly inputs: Reference.ExecuteSignalInput[] }
  | { readonly kind: "close"; readonly input: Reference.ClosePositionInput }
  | { readonly kind: "quotes"; readonly inputs: Reference.QuoteInput[] }
  | { readonly kind: "bars"; readonly inputs: Reference.BarInput[] }
  | { readonly kind: "restart" };

const SYMBOLS = ["AAPL", "MSFT", "EUR/USD", "BTC-USD"] as const;
type TestSymbol = (typeof SYMBOLS)[number];
const CENTRE: Record<TestSymbol, number> = { AAPL: 10_000, MSFT: 5_000, "EUR/USD": 110, "BTC-USD": 3_000_000 };
const START_MS = Date.UTC(2026, 0, 5, 14, 30);
const SPREAD_PERCENT = 4;
const SIGNAL_IDS = 25;

/** Decimal text of an amount in hundredths, with up to six more digits where asked for. */
const text = (hundredths: number, tail = ""): string => {
  const whole = Math.trunc(hundredths / 100);
  return `${whole}.${String(Math.abs(hundredths % 100)).padStart(2, "0")}${tail}`;
};

const tail = fc.oneof(
  { weight: 4, arbitrary: fc.constant("") },
  fc.constantFrom("5", "05", "123456", "000001", "999999"),
);
const symbolArbitrary = fc.constantFrom(...SYMBOLS);
const account = fc.constantFrom(undefined, undefined, undefined, undefined, undefined, "second");

/** A price around the symbol's centre. */
const priceOf = (symbol: TestSymbol, spreadPercent = SPREAD_PERCENT): fc.Arbitrary<string> => {
  const centre = CENTRE[symbol];
  const spread = Math.max(3, Math.round((centre * spreadPercent) / 100));
  return fc.tuple(fc.integer({ min: centre - spread, max: centre + spread }), tail).map(([p, t]) => text(p, t));
};

const badDecimal = fc.constantFrom("0", "-1", "1e5", "NaN", " 1", "1.123456789", "1000000000000", "", "+1", "0x10");

const settings: fc.Arbitrary<Reference.SettingsInput> = fc.record(
  {
    commissionPerShare: fc.constantFrom("0", "0.005", "0.01", "1", "0.00000001"),
    slippagePercentage: fc.constantFrom("0", "0.02", "0.1", "1.5", "10"),
    useRealisticFills: fc.boolean(),
    maxTradeRisk: fc.constantFrom("2", "5", "50", "100", "0"),
    maxPortfolioHeat: fc.constantFrom("10", "20", "100"),
    maxCampaignRisk: fc.constantFrom("5", "3.33333333", "100"),
    target1Fraction: fc.constantFrom("0.5", "0.33333333", "1", "0.00000001", "0.9"),
    breakevenAfterTarget1: fc.boolean(),
    maxPriceAge: fc.constantFrom(60, 3600, 86_400, 0),
  },
  { requiredKeys: [] },
);

const withCapital = fc
  .tuple(settings, fc.constantFrom(undefined, "1000", "100000", "54321.12345678", "100000000", "999"))
  .map(
    ([given, startingCapital]): Reference.SettingsInput =>
      startingCapital === undefined ? given : { ...given, startingCapital },
  );

const ASSET: Record<TestSymbol, Reference.AssetClass> = {
  AAPL: "STOCK",
  MSFT: "STOCK",
  "EUR/USD": "FOREX",
  "BTC-USD": "CRYPTO",
};
const SIZES: Record<TestSymbol, readonly string[]> = {
  AAPL: ["1", "10", "33", "100", "0.5", "250"],
  MSFT: ["3", "7", "50", "400", "2.5"],
  "EUR/USD": ["0.01", "0.1", "1", "2.37", "0.000001"],
  "BTC-USD": ["0.00000001", "0.01", "0.33333333", "1.5"],
};
const LEVERAGE: Record<TestSymbol, readonly string[]> = {
  AAPL: ["1", "2"],
  MSFT: ["1", "1.5"],
  "EUR/USD": ["1", "30", "500", "7"],
  "BTC-USD": ["1", "3", "10"],
};

/** Levels in hundredths, in the order of the side; now and then out of order. */
const signalOf = (symbol: TestSymbol): fc.Arbitrary<Reference.ExecuteSignalInput> => {
  const centre = CENTRE[symbol];
  const unit = Math.max(1, Math.round(centre / 100));
  const offset = fc.integer({ min: 1, max: 8 * unit });
  return fc
    .record({
      id: fc.integer({ min: 1, max: SIGNAL_IDS }),
      account,
      side: fc.constantFrom<Reference.Side>("LONG", "SHORT"),
      entry: fc.integer({ min: centre - 2 * unit, max: centre + 2 * unit }),
      toStop: offset,
      toTarget1: offset,
      toTarget2: fc.option(offset, { nil: undefined }),
      trailing: fc.option(fc.record({ activation: fc.integer({ min: -unit, max: 3 * unit }), offset }), {
        nil: undefined,
      }),
      tail,
      size: fc.option(fc.constantFrom(...SIZES[symbol]), { nil: undefined }),
      leverage: fc.constantFrom(...LEVERAGE[symbol]),
      campaignId: fc.constantFrom(undefined, undefined, "c1", "c2"),
      expiresInMinutes: fc.oneof(fc.constant(undefined), fc.constant(undefined), fc.integer({ min: -5, max: 60 })),
      hasPattern: fc.integer({ min: 0, max: 9 }),
      bad: fc.oneof(
        { weight: 30, arbitrary: fc.constant(undefined) },
        {
          weight: 1,
          arbitrary: fc.tuple(
            fc.constantFrom("entryPrice", "stopLoss", "target1", "positionSize", "leverage"),
            badDecimal,
          ),
        },
      ),
    })
    .map((made) => {
      const d = made.side === "LONG" ? 1 : -1;
      const input: Reference.ExecuteSignalInput = {
        account: made.account,
        signalId: `s${made.id}`,
        symbol,
        assetClass: ASSET[symbol],
        side: made.side,
        patternType: made.hasPattern === 0 ? "UTAD" : made.hasPattern === 1 ? "SPRING" : null,
        entryPrice: text(made.entry),
        stopLoss: text(made.entry - d * made.toStop, made.tail),
        target1: text(made.entry + d * made.toTarget1, d > 0 ? made.tail : ""),
        target2: made.toTarget2 === undefined ? null : text(made.entry + d * (made.toTarget1 + made.toTarget2 + 1)),
        trailingStop: made.trailing && {
          activation: text(made.entry + d * made.trailing.activation),
          offset: text(made.trailing.offset, made.tail),
        },
        positionSize: made.size,
        positionSizeUnit: ASSET[symbol] === "FOREX" ? "LOTS" : "SHARES",
        leverage: made.leverage,
        campaignId: made.campaignId,
        expiresAt:
          made.expiresInMinutes === undefined
            ? undefined
            : new Date(START_MS + made.expiresInMinutes * 60_000).toISOString(),
      };
      return made.bad === undefined ? input : { ...input, [made.bad[0]]: made.bad[1] };
    });
};

const signal = symbolArbitrary.chain(signalOf);

/** Minutes of a price before or after its step's own time: some come late. */
const minute = fc.integer({ min: -4, max: 4 });
const STEP_MINUTES = 3;
const timeAt = (minutes: number, seconds: number): string =>
  new Date(START_MS + minutes * 60_000 + seconds * 1000).toISOString();

const quote: fc.Arbitrary<Reference.QuoteInput> = symbolArbitrary.chain((symbol) =>
  fc
    .record({
      price: fc.oneof({ weight: 30, arbitrary: priceOf(symbol) }, badDecimal),
      minute,
      second: fc.integer({ min: 0, max: 59 }),
      timed: fc.integer({ min: 0, max: 9 }),
    })
    .map((made) => ({
      symbol,
      price: made.price,
      time: made.timed === 0 ? undefined : timeAt(made.minute, made.second),
    })),
);

const bar: fc.Arbitrary<Reference.BarInput> = symbolArbitrary.chain((symbol) =>
  fc
    .record({
      prices: fc.tuple(priceOf(symbol, 3), priceOf(symbol, 3), priceOf(symbol, 3), priceOf(symbol, 3)),
      minute,
      intervalSeconds: fc.constantFrom(60, 60, 60, 300, 0),
      isMessy: fc.integer({ min: 0, max: 30 }),
    })
    .map(({ prices, minute: at, intervalSeconds, isMessy }) => {
      const sorted = [...prices].sort((a, b) => Number(a) - Number(b)) as [string, string, string, string];
      const [low, high] = isMessy === 0 ? [sorted[3], sorted[0]] : [sorted[0], sorted[3]];
      return { symbol, open: prices[0], high, low, close: prices[1], start: timeAt(at, 0), intervalSeconds };
    }),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc
      .tuple(fc.array(signal, { minLength: 1, maxLength: 4 }), fc.boolean())
      .map(([inputs, isResent]): Step => ({ kind: "signals", inputs: isResent ? [...inputs, ...inputs] : inputs })),
  },
  {
    weight: 8,
    arbitrary: fc.array(quote, { minLength: 1, maxLength: 5 }).map((inputs): Step => ({ kind: "quotes", inputs })),
  },
  {
    weight: 5,
    arbitrary: fc.array(bar, { minLength: 1, maxLength: 5 }).map((inputs): Step => ({ kind: "bars", inputs })),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({
        id: fc.integer({ min: 1, max: SIGNAL_IDS }),
        account,
        quantity: fc.oneof(
          fc.constant(undefined),
          fc.constant(undefined),
          fc.constantFrom("1", "0.5", "0.1", "1000", "0", "3.33333333", "0.00000001", "x"),
        ),
        request: fc.constantFrom(undefined, "r1", "r1", "r2", "r3"),
      })
      .map(({ id, account: of, quantity, request }): Step => {
        // One request id asks for one thing: what the same id does with another quantity is told in a test of its own.
        const requestId = quantity === undefined ? undefined : request && `${request}-${quantity}`;
        return { kind: "close", input: { account: of, position: `s${id}`, quantity, requestId } };
      }),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({
        account,
        session: fc.integer({ min: 0, max: 3 }),
        settings: fc.option(withCapital, { nil: undefined }),
      })
      .map((input): Step => ({ kind: "reset", input })),
  },
  { weight: 2, arbitrary: fc.record({ account, settings }).map((input): Step => ({ kind: "settings", input })) },
  { weight: 1, arbitrary: account.map((of): Step => ({ kind: "disable", input: { account: of } })) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(undefined, "second", "Bad Name")
      .map((name): Step => ({ kind: "enable", input: { name } })),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: "restart" }) },
);

/** Steps after an account was enabled with some settings and every symbol has a price. */
export function history(stepsMax: number): fc.Arbitrary<Step[]> {
  const first: fc.Arbitrary<Step[]> = fc
    .tuple(withCapital, ...SYMBOLS.map((symbol) => priceOf(symbol, 1)))
    .map(([given, ...prices]) => [
      { kind: "enable", input: { settings: given } },
      { kind: "enable", input: {} },
      {
        kind: "quotes",
        inputs: SYMBOLS.map((symbol, index) => ({ symbol, price: prices[index] ?? "1", time: timeAt(0, 0) })),
      },
    ]);
  return fc
    .tuple(first, fc.array(step, { minLength: 5, maxLength: stepsMax }))
    .map(([begin, rest]) => [...begin, ...rest.map((one, index) => laterBy(one, (index + 1) * STEP_MINUTES))]);
}

/** The step with its prices and expiries moved on to its place in the history. */
function laterBy(one: Step, minutes: number): Step {
  const later = (time: string): string => new Date(Date.parse(time) + minutes * 60_000).toISOString();
  switch (one.kind) {
    case "quotes":
      return {
        ...one,
        inputs: one.inputs.map((input) => (input.time ? { ...input, time: later(input.time) } : input)),
      };
    case "bars":
      return { ...one, inputs: one.inputs.map((input) => ({ ...input, start: later(input.start) })) };
    case "signals":
      return {
        ...one,
        inputs: one.inputs.map((input) => (input.expiresAt ? { ...input, expiresAt: later(input.expiresAt) } : input)),
      };
    default:
      return one;
  }
}
