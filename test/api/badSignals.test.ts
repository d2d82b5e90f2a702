// Signals at the bounds of each of their fields: just inside is decided, just outside is invalid, with path and message.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PublishQuotes } from "../support/documents.ts";
import { startWireDesk, type WireDesk } from "../support/wireDesk.ts";
import { FullEnable, FullExecuteSignals, SignalsOfSession } from "./operations.ts";
import { snapshot } from "./snapshot.ts";

const SIGNAL = { symbol: "AAPL", entryPrice: "150", stopLoss: "145", target1: "160" };
const FOREX = { symbol: "EUR/USD", assetClass: "FOREX", positionSizeUnit: "LOTS" };
const CRYPTO = { symbol: "BTC-USD", assetClass: "CRYPTO" };

const SMALLEST = "0.00000001";
const LARGEST = "999999999999.99999999";
const TOO_LARGE = "1000000000000";
const BOUNDS = "must be above 0 and below 1,000,000,000,000";
const ID_BOUNDS = "must be 1 to 64 characters of A-Z, a-z, 0-9, '.', '_', ':' and '-'";
const SYMBOL_BOUNDS = "must be 1 to 20 characters of A-Z, 0-9, '.', '/' and '-'";
const TEXT_BOUNDS = "must be 1 to 64 characters without control characters";
const TIME_BOUNDS = "must lie between the years 1900 and 9999";
const JSON_BOUNDS = "is more than 16384 bytes of JSON, the most allowed";

/** JSON of so many bytes. */
const jsonOf = (bytes: number): object => ({ a: "x".repeat(bytes - 8) });
/** JSON nested so many levels deep. */
const nested = (levels: number): unknown => (levels === 0 ? 0 : [nested(levels - 1)]);

type Bad = readonly [path: string, change: object, message: string];

const outOfAmounts = (path: string, put: (value: string) => object): Bad[] =>
  ["0", "-0.00000001", TOO_LARGE].map((value) => [path, put(value), `is ${value}, but ${BOUNDS}`]);

const BAD: readonly Bad[] = [
  ...["", "a".repeat(65), "a b", "ä", "a/b"].map((signalId): Bad => ["signalId", { signalId }, ID_BOUNDS]),
  ...["", "A".repeat(21), "aapl", "A B", "AAPL\n", "AÄ"].map((symbol): Bad => ["symbol", { symbol }, SYMBOL_BOUNDS]),
  ...["EUR/CHF", "EURUSD", "EURO/USD"].map(
    (symbol): Bad => [
      "symbol",
      { ...FOREX, symbol },
      `is ${symbol}, but FOREX needs XXX/USD: other quote currencies are not built yet`,
    ],
  ),
  ...["entryPrice", "stopLoss", "target1", "target2", "positionSize", "marketPrice"].flatMap((name) =>
    outOfAmounts(name, (value) => ({ [name]: value })),
  ),
  ...outOfAmounts("trailingStop.activation", (activation) => ({ trailingStop: { activation, offset: "1" } })),
  ...outOfAmounts("trailingStop.offset", (offset) => ({ trailingStop: { activation: "151", offset } })),
  ["stopLoss", { stopLoss: "150" }, "is 150, but a LONG needs it below entryPrice 150"],
  ["target1", { target1: "150" }, "is 150, but a LONG needs it above entryPrice 150"],
  ["target2", { target2: "160" }, "is 160, but a LONG needs it above target1 160"],
  ["stopLoss", { side: "SHORT", target1: "140" }, "is 145, but a SHORT needs it above entryPrice 150"],
  ["target1", { side: "SHORT", stopLoss: "155" }, "is 160, but a SHORT needs it below entryPrice 150"],
  [
    "side",
    { side: "SHORT", patternType: "SOS", stopLoss: "155", target1: "140" },
    "is SHORT, but the pattern SOS is LONG",
  ],
  ["side", { side: "LONG", patternType: "UTAD" }, "is LONG, but the pattern UTAD is SHORT"],
  ["positionSizeUnit", { positionSizeUnit: "LOTS" }, "is LOTS, but must be SHARES for a STOCK"],
  ["positionSizeUnit", { positionSizeUnit: "CONTRACTS" }, "is CONTRACTS, but must be SHARES for a STOCK"],
  ["positionSizeUnit", { ...FOREX, positionSizeUnit: "SHARES" }, "is SHARES, but must be LOTS for FOREX"],
  ["positionSizeUnit", { ...CRYPTO, positionSizeUnit: "LOTS" }, "is LOTS, but must be SHARES or CONTRACTS for CRYPTO"],
  ["leverage", { leverage: "0.99999999" }, "is 0.99999999, but must be from 1 to 2 for STOCK"],
  ["leverage", { leverage: "2.00000001" }, "is 2.00000001, but must be from 1 to 2 for STOCK"],
  ["leverage", { ...FOREX, leverage: "500.00000001" }, "is 500.00000001, but must be from 1 to 500 for FOREX"],
  ["leverage", { ...CRYPTO, leverage: "10.00000001" }, "is 10.00000001, but must be from 1 to 10 for CRYPTO"],
  ["confidence", { confidence: -1 }, "is -1, but must be a whole number from 0 to 100"],
  ["confidence", { confidence: 101 }, "is 101, but must be a whole number from 0 to 100"],
  ["schemaVersion", { schemaVersion: 0 }, "is 0, but only 1 is known"],
  ["schemaVersion", { schemaVersion: 2 }, "is 2, but only 1 is known"],
  ...["campaignId", "phase", "timeframe", "source"].flatMap((name) =>
    ["", "x".repeat(65), "a\nb", "\u0000", "\ud800"].map((text): Bad => [name, { [name]: text }, TEXT_BOUNDS]),
  ),
  ...["expiresAt", "generatedAt"].flatMap((name) =>
    ["1899-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999-01:00"].map(
      (time): Bad => [name, { [name]: time }, TIME_BOUNDS],
    ),
  ),
  ...["patternData", "volumeAnalysis"].flatMap((name): Bad[] => [
    [name, { [name]: jsonOf(16_385) }, JSON_BOUNDS],
    [name, { [name]: nested(33) }, "is nested more than 32 levels deep, the most allowed"],
    [name, { [name]: ["\u0000"] }, "holds a NUL character or half of a surrogate pair, which cannot be stored"],
  ]),
];

const HUGE = { entryPrice: "1", stopLoss: SMALLEST, target1: "2", target2: LARGEST };

const GOOD: readonly object[] = [
  { signalId: "a" },
  { signalId: "aZ0._:-".padEnd(64, "x") },
  { symbol: "A" },
  { symbol: "A-Z0./-".padEnd(20, "9") },
  FOREX,
  { ...HUGE, marketPrice: SMALLEST, positionSize: SMALLEST },
  { ...HUGE, marketPrice: LARGEST, positionSize: LARGEST },
  { trailingStop: { activation: SMALLEST, offset: SMALLEST } },
  { trailingStop: { activation: LARGEST, offset: LARGEST } },
  { stopLoss: "149.99999999", target1: "150.00000001", target2: "150.00000002" },
  { side: "SHORT", patternType: "UTAD", stopLoss: "150.00000001", target1: "149.99999999" },
  { ...CRYPTO, positionSizeUnit: "CONTRACTS", leverage: "10" },
  { ...FOREX, leverage: "500" },
  { leverage: "2" },
  { leverage: "1.00000000" },
  { confidence: 0 },
  { confidence: 100 },
  { campaignId: "x".repeat(64), phase: "x".repeat(64), timeframe: "x".repeat(64), source: "x".repeat(64) },
  { campaignId: "Frühjahr 🌱", phase: "x", timeframe: "x", source: "x" },
  { expiresAt: "1900-01-01T00:00:00Z", generatedAt: "1900-01-01T00:00:00+00:00" },
  { expiresAt: "9999-12-31T23:59:59.999Z", generatedAt: "9999-12-31T23:59:59.999Z" },
  { patternData: jsonOf(16_384), volumeAnalysis: nested(32) },
  { patternData: null, volumeAnalysis: "text" },
];

let desk: WireDesk;
beforeAll(async () => {
  desk = await startWireDesk({ CLOCK: "feed", LOG_LEVEL: "warn" });
  await desk.client.run(FullEnable);
  await desk.client.run(PublishQuotes, { quotes: [{ symbol: "AAPL", price: "150", time: "2024-03-01T14:30:00Z" }] });
});
afterAll(() => desk.stop());

async function execute(changes: readonly object[], name: string) {
  const inputs = changes.map((change, index) => ({ ...SIGNAL, signalId: `${name}-${index}`, ...change }));
  const { data, errors } = await desk.client.answer(FullExecuteSignals, { inputs });
  if (!data) throw new Error(JSON.stringify(errors));
  return data.executeSignals;
}

describe("A signal just outside the bounds of a field", () => {
  let results: Awaited<ReturnType<typeof execute>>;
  beforeAll(async () => {
    const before = await snapshot(desk.client);
    results = await execute(
      BAD.map(([, change]) => change),
      "bad",
    );
    // Nothing of all these is stored.
    expect(await snapshot(desk.client)).toEqual(before);
  });

  it.each(BAD.map((bad, index) => [...bad, index] as const))(
    "is invalid: %s in %j",
    (path, _change, message, index) => {
      const result = results[index];
      if (result?.__typename !== "InvalidInput") throw new Error(JSON.stringify(result));
      expect(result.issues).toContainEqual({ path: path.split("."), message });
      expect(result.message).toContain(`${path} ${message}`);
    },
  );
});

describe("A signal", () => {
  it("just inside every bound is decided, and stored", async () => {
    const results = await execute(GOOD, "good");
    expect(results).toMatchObject(GOOD.map(() => ({ __typename: "ExecuteSignalPayload", replayed: false })));
    const { signals } = await desk.client.run(SignalsOfSession);
    expect(signals.totalCount).toBe(GOOD.length);
  });

  it("tells all its faults together", async () => {
    const [result] = await execute(
      [{ signalId: "", symbol: "", entryPrice: "x", positionSize: "0", leverage: "3", confidence: 101, source: "" }],
      "all",
    );
    if (result?.__typename !== "InvalidInput") throw new Error(JSON.stringify(result));
    const paths = ["signalId", "symbol", "entryPrice", "positionSize", "leverage", "confidence", "source"];
    expect(result.issues.map(({ path }) => path.join("."))).toEqual(paths);
    for (const path of paths) expect(result.message).toContain(`${path} `);
  });

  it("that is bad does not stop the others of its batch, which are kept", async () => {
    await desk.client.run(FullEnable, { input: { name: "batch" } });
    const changes = [{ positionSize: "1" }, { positionSize: "0" }, { positionSize: "2" }, { symbol: "NONE" }];
    const results = await execute(
      [...changes.map((change) => ({ account: "batch", ...change })), { account: "nowhere" }],
      "batch",
    );
    expect(results).toMatchObject([
      { signal: { status: "FILLED" } },
      { __typename: "InvalidInput", issues: [{ path: ["positionSize"] }] },
      { signal: { status: "FILLED" } },
      { signal: { status: "REJECTED" } },
      { __typename: "AccountNotFound", message: "There is no such account: enable makes one." },
    ]);
    const { signals } = await desk.client.run(SignalsOfSession, { account: "batch" });
    expect(signals.edges.map(({ node }) => node.signalId)).toEqual(["batch-3", "batch-2", "batch-0"]);
  });

  it.each([
    ["a side that there is not", { side: "UP" }, "side"],
    ["an asset class that there is not", { assetClass: "BOND" }, "assetClass"],
    ["a time without a zone", { expiresAt: "2024-03-01T14:30:00" }, "expiresAt"],
    ["a day that there is not", { generatedAt: "2024-02-30T14:30:00Z" }, "generatedAt"],
    ["a confidence with decimals", { confidence: 1.5 }, "confidence"],
    ["a number for an id", { signalId: 7 }, "signalId"],
    ["a field that there is not", { stopLos: "1" }, "stopLos"],
    ["a symbol that is missing", { symbol: undefined }, "symbol"],
  ])("with %s is a request error that names the field", async (_words, change, field) => {
    const inputs = [{ ...SIGNAL, signalId: "request-error", ...change }];
    const { data, errors } = await desk.client.answer(FullExecuteSignals, { inputs });
    expect(data).toBeUndefined();
    expect(errors?.[0]?.message).toContain(field);
  });
});
