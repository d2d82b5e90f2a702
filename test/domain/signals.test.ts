// Signals (domain.md 3): what is refused and with which words, and what makes two signals the same.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSignal, type SignalInput } from "../../src/domain/signal.ts";
import { signalContent } from "../../src/domain/signalContent.ts";
import { plain, signalInput, signalOf } from "../support/builders.ts";

type Given = Partial<Record<keyof SignalInput, unknown>>;

/** The problems of a signal, as "path: message". */
function problems(change: Given): string[] {
  const read = readSignal(signalInput(change as Partial<SignalInput>));
  return read.kind === "signal" ? [] : read.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

const FOREX: Given = {
  symbol: "EUR/USD",
  assetClass: "FOREX",
  positionSizeUnit: "LOTS",
  entryPrice: "1.1",
  stopLoss: "1.09",
  target1: "1.12",
};
const CRYPTO: Given = { symbol: "BTC-USD", assetClass: "CRYPTO" };
const SHORT: Given = { side: "SHORT", stopLoss: "155", target1: "140" };

const json = (bytes: number): string => "x".repeat(bytes - 2);
/** Objects in each other, so many levels deep. */
const nested = (levels: number): unknown => (levels === 0 ? 1 : { deeper: nested(levels - 1) });

describe("a signal with only what it needs", () => {
  it("has its defaults filled in", () => {
    const { positionSize: _, ...needed } = signalInput();
    expect(plain(signalOf({ ...needed, positionSize: null }))).toEqual({
      signalId: "signal-1",
      symbol: "AAPL",
      assetClass: "STOCK",
      patternType: null,
      side: "LONG",
      phase: null,
      timeframe: null,
      entryPrice: "150",
      stopLoss: "145",
      target1: "160",
      target2: null,
      trailingStop: null,
      positionSize: null,
      positionSizeUnit: "SHARES",
      leverage: "1",
      confidence: null,
      campaignId: null,
      marketPrice: null,
      expiresAtMs: null,
      source: null,
      generatedAtMs: null,
      schemaVersion: 1,
      patternData: null,
      volumeAnalysis: null,
    });
  });
});

describe("the side", () => {
  it.each([
    ["SPRING", "LONG"],
    ["SOS", "LONG"],
    ["LPS", "LONG"],
    [null, "LONG"],
  ] as const)("of a %s is LONG", (patternType, side) => {
    expect(signalOf({ patternType }).side).toBe(side);
  });

  it("of a UTAD is SHORT", () => {
    expect(signalOf({ patternType: "UTAD", stopLoss: "155", target1: "140" }).side).toBe("SHORT");
  });

  it("may be told beside a pattern that agrees, and alone may be either", () => {
    expect(problems({ patternType: "UTAD", ...SHORT })).toEqual([]);
    expect(problems({ patternType: "LPS", side: "LONG" })).toEqual([]);
    expect(problems(SHORT)).toEqual([]);
  });

  it("that contradicts the pattern is refused", () => {
    expect(problems({ patternType: "UTAD", side: "LONG" })).toEqual(["side: is LONG, but the pattern UTAD is SHORT"]);
    expect(problems({ patternType: "SPRING", ...SHORT })).toEqual(["side: is SHORT, but the pattern SPRING is LONG"]);
  });
});

describe("the order of the prices", () => {
  it.each<[string, Given, string[]]>([
    ["a LONG with its stop just below the entry", { stopLoss: "149.99999999" }, []],
    [
      "a LONG with its stop at the entry",
      { stopLoss: "150" },
      ["stopLoss: is 150, but a LONG needs it below entryPrice 150"],
    ],
    [
      "a LONG with its stop above the entry",
      { stopLoss: "151" },
      ["stopLoss: is 151, but a LONG needs it below entryPrice 150"],
    ],
    ["a LONG with target 1 just above the entry", { target1: "150.00000001" }, []],
    [
      "a LONG with target 1 at the entry",
      { target1: "150.00" },
      ["target1: is 150.00, but a LONG needs it above entryPrice 150"],
    ],
    ["a LONG with target 2 just above target 1", { target2: "160.00000001" }, []],
    [
      "a LONG with target 2 at target 1",
      { target2: "160" },
      ["target2: is 160, but a LONG needs it above target1 160"],
    ],
    ["a SHORT with its stop just above the entry", { ...SHORT, stopLoss: "150.00000001" }, []],
    [
      "a SHORT with its stop at the entry",
      { ...SHORT, stopLoss: "150" },
      ["stopLoss: is 150, but a SHORT needs it above entryPrice 150"],
    ],
    ["a SHORT with target 1 just below the entry", { ...SHORT, target1: "149.99999999" }, []],
    [
      "a SHORT with target 1 at the entry",
      { ...SHORT, target1: "150" },
      ["target1: is 150, but a SHORT needs it below entryPrice 150"],
    ],
    ["a SHORT with target 2 just below target 1", { ...SHORT, target2: "139.99999999" }, []],
    [
      "a SHORT with target 2 at target 1",
      { ...SHORT, target2: "140" },
      ["target2: is 140, but a SHORT needs it below target1 140"],
    ],
  ])("%s", (_, change, expected) => {
    expect(problems(change)).toEqual(expected);
  });

  it("of a SHORT with the prices of a LONG is wrong in every place", () => {
    expect(problems({ side: "SHORT", target2: "170" })).toEqual([
      "stopLoss: is 145, but a SHORT needs it above entryPrice 150",
      "target1: is 160, but a SHORT needs it below entryPrice 150",
      "target2: is 170, but a SHORT needs it below target1 160",
    ]);
  });
});

const AMOUNTS = ["entryPrice", "stopLoss", "target1", "target2", "positionSize", "marketPrice"] as const;

describe("prices and sizes", () => {
  it.each(AMOUNTS.flatMap((name) => ["0", "0.00000000", "-1", "1000000000000"].map((text) => [name, text] as const)))(
    "%s may not be %s",
    (name, text) => {
      const message = `${name}: is ${text}, but must be above 0 and below 1,000,000,000,000`;
      expect(problems({ [name]: text })).toContain(message);
    },
  );

  it("may be the smallest and just below the largest", () => {
    const least = { entryPrice: "0.00000002", stopLoss: "0.00000001", target1: "999999999999.99999999" };
    expect(problems({ ...least, positionSize: "0.00000001", marketPrice: "999999999999.99999999" })).toEqual([]);
    expect(problems({ positionSize: "999999999999.99999999" })).toEqual([]);
  });

  it.each(
    AMOUNTS.flatMap((name) => ["1e2", "NaN", " 150", "", "1.123456789", 150].map((text) => [name, text] as const)),
  )("%s may not be written as %j", (name, text) => {
    const message = `${name}: must be a decimal as a string such as "150.03": up to 20 digits and up to 8 decimals`;
    expect(problems({ [name]: text })).toEqual([message]);
  });

  it.each(["entryPrice", "stopLoss", "target1"])("%s must be there", (name) => {
    expect(problems({ [name]: undefined })).toEqual([`${name}: is missing`]);
    expect(problems({ [name]: null })).toEqual([`${name}: is missing`]);
  });

  it("of a trailing stop are both above 0", () => {
    expect(problems({ trailingStop: { activation: "155", offset: "0.00000001" } })).toEqual([]);
    expect(problems({ trailingStop: { activation: "0", offset: "-1" } })).toEqual([
      "trailingStop.activation: is 0, but must be above 0 and below 1,000,000,000,000",
      "trailingStop.offset: is -1, but must be above 0 and below 1,000,000,000,000",
    ]);
    expect(problems({ trailingStop: {} })).toEqual([
      "trailingStop.activation: is missing",
      "trailingStop.offset: is missing",
    ]);
  });
});

describe("units, symbols and leverage of an asset class", () => {
  it.each<[string, Given, string[]]>([
    ["a STOCK in SHARES", { positionSizeUnit: "SHARES" }, []],
    ["a STOCK in LOTS", { positionSizeUnit: "LOTS" }, ["positionSizeUnit: is LOTS, but must be SHARES for a STOCK"]],
    [
      "a STOCK in CONTRACTS",
      { positionSizeUnit: "CONTRACTS" },
      ["positionSizeUnit: is CONTRACTS, but must be SHARES for a STOCK"],
    ],
    ["FOREX in LOTS", FOREX, []],
    [
      "FOREX in SHARES",
      { ...FOREX, positionSizeUnit: "SHARES" },
      ["positionSizeUnit: is SHARES, but must be LOTS for FOREX"],
    ],
    [
      "FOREX without a unit, which means SHARES",
      { ...FOREX, positionSizeUnit: undefined },
      ["positionSizeUnit: is SHARES, but must be LOTS for FOREX"],
    ],
    [
      "FOREX in CONTRACTS",
      { ...FOREX, positionSizeUnit: "CONTRACTS" },
      ["positionSizeUnit: is CONTRACTS, but must be LOTS for FOREX"],
    ],
    ["CRYPTO in SHARES", CRYPTO, []],
    ["CRYPTO in CONTRACTS", { ...CRYPTO, positionSizeUnit: "CONTRACTS" }, []],
    [
      "CRYPTO in LOTS",
      { ...CRYPTO, positionSizeUnit: "LOTS" },
      ["positionSizeUnit: is LOTS, but must be SHARES or CONTRACTS for CRYPTO"],
    ],
    ["a STOCK at leverage 2", { leverage: "2" }, []],
    [
      "a STOCK above leverage 2",
      { leverage: "2.00000001" },
      ["leverage: is 2.00000001, but must be from 1 to 2 for STOCK"],
    ],
    ["FOREX at leverage 500", { ...FOREX, leverage: "500" }, []],
    [
      "FOREX above leverage 500",
      { ...FOREX, leverage: "500.5" },
      ["leverage: is 500.5, but must be from 1 to 500 for FOREX"],
    ],
    ["CRYPTO at leverage 10", { ...CRYPTO, leverage: "10" }, []],
    [
      "CRYPTO above leverage 10",
      { ...CRYPTO, leverage: "10.00000001" },
      ["leverage: is 10.00000001, but must be from 1 to 10 for CRYPTO"],
    ],
    ["leverage 1", { leverage: "1.00" }, []],
    ["leverage below 1", { leverage: "0.99999999" }, ["leverage: is 0.99999999, but must be from 1 to 2 for STOCK"]],
    ["leverage that is negative", { leverage: "-2" }, ["leverage: is -2, but must be from 1 to 2 for STOCK"]],
  ])("%s", (_, change, expected) => {
    expect(problems(change)).toEqual(expected);
  });

  it.each(["EUR/GBP", "USD/JPY", "EURUSD", "EU/USD", "EURO/USD", "EU1/USD", "EUR/USDT"])(
    "FOREX in %s is refused: other quote currencies are not built yet",
    (symbol) => {
      expect(problems({ ...FOREX, symbol })).toEqual([
        `symbol: is ${symbol}, but FOREX needs XXX/USD: other quote currencies are not built yet`,
      ]);
    },
  );
});

describe("ids, symbols and words", () => {
  it.each(["a", "A-Z_a.z:09", "x".repeat(64)])("a signal id may be %s", (signalId) => {
    expect(problems({ signalId })).toEqual([]);
  });

  it.each(["", "x".repeat(65), "a b", "a\n", "ü", "a/b", "a;b", "😀", 7, null, undefined])(
    "a signal id may not be %j",
    (signalId) => {
      expect(problems({ signalId })).toEqual([
        "signalId: must be 1 to 64 characters of A-Z, a-z, 0-9, '.', '_', ':' and '-'",
      ]);
    },
  );

  it.each(["A", "BRK.B", "EUR/USD", "BTC-USD", "0", "X".repeat(20)])("a symbol may be %s", (symbol) => {
    expect(problems({ symbol })).toEqual([]);
  });

  it.each(["", "X".repeat(21), "aapl", "AA PL", "AAPL\n", "A_B", "Ä", null, undefined])(
    "a symbol may not be %j",
    (symbol) => {
      expect(problems({ symbol })).toEqual(["symbol: must be 1 to 20 characters of A-Z, 0-9, '.', '/' and '-'"]);
    },
  );

  it.each(["phase", "timeframe", "campaignId", "source"])("%s is 1 to 64 characters, none a control one", (name) => {
    const message = `${name}: must be 1 to 64 characters without control characters`;
    for (const text of ["C", "x".repeat(64), "Phase C – ünïcode 😀", null])
      expect(problems({ [name]: text })).toEqual([]);
    for (const text of ["", "x".repeat(65), "a\0b", "a\nb", "\u007f", "\ud800", "a\udc00"]) {
      expect(problems({ [name]: text })).toEqual([message]);
    }
  });
});

describe("confidence and version", () => {
  it.each([0, 50, 100, null])("a confidence may be %s", (confidence) => {
    expect(problems({ confidence })).toEqual([]);
  });

  it.each([-1, 101, 50.5, Number.NaN, Number.POSITIVE_INFINITY])("a confidence may not be %s", (confidence) => {
    expect(problems({ confidence })).toEqual([
      `confidence: is ${confidence}, but must be a whole number from 0 to 100`,
    ]);
  });

  it("the schema version is 1", () => {
    expect(problems({ schemaVersion: 1 })).toEqual([]);
    expect(problems({ schemaVersion: null })).toEqual([]);
    expect(problems({ schemaVersion: 2 })).toEqual(["schemaVersion: is 2, but only 1 is known"]);
    expect(problems({ schemaVersion: 0 })).toEqual(["schemaVersion: is 0, but only 1 is known"]);
  });
});

describe("times", () => {
  it.each(["expiresAt", "generatedAt"])("%s lies between the years 1900 and 9999", (name) => {
    const message = `${name}: must lie between the years 1900 and 9999`;
    for (const time of ["1900-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"]) {
      expect(problems({ [name]: new Date(time) })).toEqual([]);
    }
    for (const time of ["1899-12-31T23:59:59.999Z", "+010000-01-01T00:00:00.000Z", "no time at all"]) {
      expect(problems({ [name]: new Date(time) })).toEqual([message]);
    }
  });
});

describe.each(["patternData", "volumeAnalysis"])("the free JSON of %s", (name) => {
  it.each<[string, unknown]>([
    ["an object", { volume: [1, 2, { ok: true }], note: "spring on low volume" }],
    ["a list", [1, "two", null]],
    ["a text", "free"],
    ["a number", 0.1],
    ["false", false],
    ["null", null],
    ["16 KiB", json(16_384)],
    ["32 levels", nested(32)],
  ])("may be %s", (_, value) => {
    expect(problems({ [name]: value })).toEqual([]);
  });

  it("may not be larger than 16 KiB, counted in bytes of UTF-8", () => {
    const message = `${name}: is more than 16384 bytes of JSON, the most allowed`;
    expect(problems({ [name]: json(16_385) })).toEqual([message]);
    // Two quotes and 8,192 characters of two bytes each: 16,386 bytes.
    expect(problems({ [name]: "é".repeat(8192) })).toEqual([message]);
    expect(problems({ [name]: "é".repeat(8191) })).toEqual([]);
  });

  it("may not be nested deeper than 32 levels, also where it is far deeper", () => {
    const message = `${name}: is nested more than 32 levels deep, the most allowed`;
    expect(problems({ [name]: nested(33) })).toEqual([message]);
    expect(problems({ [name]: JSON.parse(`${"[".repeat(5000)}${"]".repeat(5000)}`) })).toEqual([message]);
  });

  it.each<[string, unknown]>([
    ["a NUL in a text", { note: "a\0b" }],
    ["a NUL in a key", { "a\0b": 1 }],
    ["a NUL deep inside", [{ notes: ["fine", "\0"] }]],
    ["half of a surrogate pair", "\ud83d"],
  ])("may not hold %s, which no database stores", (_, value) => {
    expect(problems({ [name]: value })).toEqual([
      `${name}: holds a NUL character or half of a surrogate pair, which cannot be stored`,
    ]);
  });
});

describe("all problems of one signal", () => {
  it("are told together, each with the path of its field", () => {
    const given = {
      signalId: "no spaces",
      symbol: "aapl",
      side: "SHORT",
      patternType: "SOS",
      entryPrice: "0",
      stopLoss: "1e3",
      target1: undefined,
      target2: "-1",
      trailingStop: { activation: "", offset: "0" },
      marketPrice: "NaN",
      positionSize: "0",
      positionSizeUnit: "LOTS",
      leverage: "3",
      confidence: 101,
      schemaVersion: 2,
      phase: "",
      timeframe: "",
      campaignId: "",
      expiresAt: new Date(Number.NaN),
      source: "",
      generatedAt: new Date(Number.NaN),
      patternData: nested(33),
      volumeAnalysis: "\0",
    };
    expect(problems(given).map((problem) => problem.split(":")[0])).toEqual([
      "signalId",
      "symbol",
      "side",
      "entryPrice",
      "stopLoss",
      "target1",
      "target2",
      "trailingStop.activation",
      "trailingStop.offset",
      "marketPrice",
      "positionSize",
      "positionSizeUnit",
      "leverage",
      "confidence",
      "schemaVersion",
      "phase",
      "timeframe",
      "campaignId",
      "expiresAt",
      "source",
      "generatedAt",
      "patternData",
      "volumeAnalysis",
    ]);
  });
});

const content = (change: Given): string => signalContent(signalOf(change as Partial<SignalInput>));

/** A signal with every field given. */
const FULL: Given = {
  signalId: "s",
  symbol: "BTC-USD",
  assetClass: "CRYPTO",
  patternType: "SPRING",
  side: "LONG",
  phase: "C",
  timeframe: "1h",
  entryPrice: "150",
  stopLoss: "145",
  target1: "160",
  target2: "170",
  trailingStop: { activation: "155", offset: "2" },
  positionSize: "100",
  positionSizeUnit: "SHARES",
  leverage: "1",
  confidence: 80,
  campaignId: "c",
  marketPrice: "150",
  expiresAt: new Date("2024-06-01T00:00:00Z"),
  source: "scanner",
  generatedAt: new Date("2024-01-02T14:30:00Z"),
  schemaVersion: 1,
  patternData: { spring: { low: 144.5, tests: [1, 2] }, note: null },
  volumeAnalysis: [1, { ratio: 0.5 }],
};

describe("the same content", () => {
  it("is decimals with the same value, however they are written", () => {
    const written = {
      entryPrice: "150.0",
      stopLoss: "0145.00",
      target1: "160.00000000",
      target2: "170.0",
      trailingStop: { activation: "155.0", offset: "2.00" },
      positionSize: "100.0",
      leverage: "1.0",
    };
    expect(content({ ...FULL, ...written })).toBe(content(FULL));
  });

  it("is free JSON with its keys in another order", () => {
    const patternData = { note: null, spring: { tests: [1, 2], low: 144.5 } };
    expect(content({ ...FULL, patternData })).toBe(content(FULL));
  });

  it("is the signal's fields in another order", () => {
    expect(content(Object.fromEntries(Object.entries(FULL).reverse()))).toBe(content(FULL));
  });

  it("is absent and null", () => {
    const nulls = Object.fromEntries(
      ["patternType", "phase", "target2", "trailingStop", "confidence", "campaignId", "expiresAt", "patternData"].map(
        (name) => [name, null],
      ),
    );
    expect(content(nulls)).toBe(content({}));
  });

  it("is a default that is given explicitly", () => {
    const defaults = { assetClass: "STOCK", side: "LONG", positionSizeUnit: "SHARES", leverage: "1", schemaVersion: 1 };
    expect(content(defaults)).toBe(content({}));
    expect(content({ patternType: "UTAD", ...SHORT })).toBe(content({ patternType: "UTAD", ...SHORT, side: null }));
  });

  it("does not count marketPrice, generatedAt and source", () => {
    expect(content({ ...FULL, marketPrice: "151", generatedAt: new Date(0), source: "elsewhere" })).toBe(content(FULL));
    expect(content({ ...FULL, marketPrice: null, generatedAt: null, source: null })).toBe(content(FULL));
  });
});

describe("other content", () => {
  it.each<[string, Given]>([
    ["signalId", { signalId: "t" }],
    ["symbol", { symbol: "ETH-USD" }],
    ["assetClass", { assetClass: "STOCK" }],
    ["patternType", { patternType: "SOS" }],
    ["no patternType", { patternType: null }],
    ["side", { patternType: null, side: "SHORT", stopLoss: "155", target1: "140", target2: "130" }],
    ["phase", { phase: "D" }],
    ["timeframe", { timeframe: "1d" }],
    ["entryPrice", { entryPrice: "150.00000001" }],
    ["stopLoss", { stopLoss: "144" }],
    ["target1", { target1: "161" }],
    ["target2", { target2: "171" }],
    ["no target2", { target2: null }],
    ["the activation of the trailing stop", { trailingStop: { activation: "156", offset: "2" } }],
    ["the offset of the trailing stop", { trailingStop: { activation: "155", offset: "3" } }],
    ["no trailing stop", { trailingStop: null }],
    ["positionSize", { positionSize: "101" }],
    ["no positionSize", { positionSize: null }],
    ["positionSizeUnit", { positionSizeUnit: "CONTRACTS" }],
    ["leverage", { leverage: "2" }],
    ["confidence", { confidence: 81 }],
    ["campaignId", { campaignId: "d" }],
    ["expiresAt", { expiresAt: new Date("2024-06-01T00:00:00.001Z") }],
    ["patternData", { patternData: { spring: { low: 144.5, tests: [2, 1] }, note: null } }],
    ["a null inside free JSON that is left out", { patternData: { spring: { low: 144.5, tests: [1, 2] } } }],
    ["volumeAnalysis", { volumeAnalysis: [1, { ratio: "0.5" }] }],
  ])("is another %s", (_, change) => {
    expect(content({ ...FULL, ...change })).not.toBe(content(FULL));
  });

  it("is a list of pairs where there was an object", () => {
    expect(content({ patternData: { a: 1 } })).not.toBe(content({ patternData: [["a", 1]] }));
    expect(content({ patternData: {} })).not.toBe(content({ patternData: [] }));
  });

  it("is any other free JSON", () => {
    const free = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
    fc.assert(
      fc.property(free, free, (a, b) => {
        fc.pre(!problems({ patternData: a }).length && !problems({ patternData: b }).length);
        expect(content({ patternData: a }) === content({ patternData: b })).toBe(sameJson(a, b));
      }),
      { numRuns: 300 },
    );
  });
});

/** Whether two JSON values are the same, whatever the order of keys. */
function sameJson(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return Object.is(a, b);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && sameJson(left[key], right[key]))
  );
}
