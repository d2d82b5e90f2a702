// Hostile decimals in every Decimal field of every input: a clear error that names the field, nothing stored, and the
// server answers the next request (domain.md 1).
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { TypedDocumentString } from "../generated/graphql.ts";
import { PublishBars, PublishQuotes } from "../support/documents.ts";
import { startWireDesk, type WireDesk } from "../support/wireDesk.ts";
import {
  AccountNow,
  FullClosePosition,
  FullEnable,
  FullExecuteSignals,
  FullReset,
  FullUpdateSettings,
  PositionsOfSession,
} from "./operations.ts";
import { snapshot } from "./snapshot.ts";

const TEXTS = [
  "1e9000000000",
  "1E5",
  "1e-8",
  "12345678901234567890.123456789",
  "123456789012345678901",
  "1.123456789",
  "1".repeat(64),
  "NaN",
  "Infinity",
  "-Infinity",
  "∞",
  "0x1f",
  "0b11",
  "0o17",
  "1_000",
  "1,000",
  "１２３",
  "١٢٣",
  "−1",
  " 1",
  "1 ",
  "1\n",
  "1\u0000",
  "+1",
  "--1",
  "-",
  "1.",
  ".5",
  ".",
  "1.2.3",
  "",
  "null",
  "[object Object]",
];
const NOT_TEXTS = [1, 1.5, 0, -1e300, true, {}, { value: "1" }, [], ["1"], "1".repeat(65)];
const MEGABYTE = "1".repeat(1024 * 1024);

const START = "2024-03-01T14:30:00.000Z";
const SIGNAL = { symbol: "AAPL", entryPrice: "150", stopLoss: "145", target1: "160" };
const TRAILING_STOP = { activation: "151", offset: "1" };
const BAR = { symbol: "BAR", open: "1", high: "1", low: "1", close: "1", start: START, intervalSeconds: 60 };

const SIGNAL_FIELDS = ["entryPrice", "stopLoss", "target1", "target2", "positionSize", "leverage", "marketPrice"];
const TRAILING_FIELDS = ["activation", "offset"];
const SETTINGS = [
  "startingCapital",
  "commissionPerShare",
  "slippagePercentage",
  "maxTradeRisk",
  "maxPortfolioHeat",
  "maxCampaignRisk",
  "target1Fraction",
];
const QUOTE_FIELDS = ["price", "bid", "ask", "volume"];
const BAR_FIELDS = ["open", "high", "low", "close", "volume"];

/** Every Decimal field, with an operation that has a value in it. */
type Field = readonly [name: string, document: TypedDocumentString<object, never>, put: (value: unknown) => object];

const inSignal = (change: object) => ({ inputs: [{ ...SIGNAL, signalId: "hostile", ...change }] });
const settingsFields = (document: Field[1], rest: object): Field[] =>
  SETTINGS.map((name) => [
    `settings.${name}`,
    document,
    (value) => ({ input: { ...rest, settings: { [name]: value } } }),
  ]);

const EVERY_FIELD: readonly Field[] = [
  ...SIGNAL_FIELDS.map((name): Field => [name, FullExecuteSignals, (value) => inSignal({ [name]: value })]),
  ...TRAILING_FIELDS.map(
    (name): Field => [
      `trailingStop.${name}`,
      FullExecuteSignals,
      (value) => inSignal({ trailingStop: { ...TRAILING_STOP, [name]: value } }),
    ],
  ),
  ...settingsFields(FullEnable, { name: "hostile" }),
  ...settingsFields(FullReset, { session: 1 }),
  ...settingsFields(FullUpdateSettings, {}),
  ["quantity", FullClosePosition, (quantity) => ({ input: { position: "any", requestId: "hostile", quantity } })],
  ...QUOTE_FIELDS.map(
    (name): Field => [name, PublishQuotes, (value) => ({ quotes: [{ symbol: "QUOTE", price: "1", [name]: value }] })],
  ),
  ...BAR_FIELDS.map((name): Field => [name, PublishBars, (value) => ({ bars: [{ ...BAR, [name]: value }] })]),
];

let desk: WireDesk;
let before: Awaited<ReturnType<typeof snapshot>>;
beforeAll(async () => {
  desk = await startWireDesk({ CLOCK: "feed", LOG_LEVEL: "warn" });
  await desk.client.run(FullEnable);
  await desk.client.run(PublishQuotes, { quotes: [{ symbol: "AAPL", price: "150", time: START }] });
  await desk.client.run(FullExecuteSignals, { inputs: [{ ...SIGNAL, signalId: "kept" }] });
  before = await snapshot(desk.client);
});
afterAll(() => desk.stop());

// The very next request is answered, and the log has not moved.
afterEach(async () => {
  expect((await desk.client.run(AccountNow)).account).toEqual(before.account);
});

/** Every text in every one of the fields, each in an item of its own. */
function everyTextIn(fields: readonly string[], put: (field: string, text: string) => object): object[] {
  return fields.flatMap((field) => TEXTS.map((text) => put(field, text)));
}

const A_DECIMAL = expect.stringMatching(/^must be a decimal as a string such as "150.03"/);

describe("A text that is no decimal", () => {
  it("is invalid in every field of a signal, and only there", async () => {
    const inputs = [
      ...everyTextIn(SIGNAL_FIELDS, (field, text) => ({ [field]: text })),
      ...everyTextIn(TRAILING_FIELDS, (field, text) => ({ trailingStop: { ...TRAILING_STOP, [field]: text } })),
    ].map((change, index) => ({ ...SIGNAL, signalId: `hostile-${index}`, ...change }));
    const { data } = await desk.client.answer(FullExecuteSignals, { inputs });
    const paths = [
      ...SIGNAL_FIELDS.map((field) => [field]),
      ...TRAILING_FIELDS.map((field) => ["trailingStop", field]),
    ];
    expect(data?.executeSignals).toMatchObject(
      paths.flatMap((path) =>
        TEXTS.map(() => ({ __typename: "InvalidInput", issues: [{ path, message: A_DECIMAL }] })),
      ),
    );
  });

  it.each<[string, Field[1], object]>([
    ["enable", FullEnable, { name: "hostile" }],
    ["reset", FullReset, { session: 1 }],
    ["updateSettings", FullUpdateSettings, {}],
  ])("is invalid in every setting of %s, and all are told together", async (_name, document, rest) => {
    for (const text of TEXTS) {
      const settings = Object.fromEntries(SETTINGS.map((name) => [name, text]));
      const { data } = await desk.client.answer(document, { input: { ...rest, settings } });
      const paths = issuesOf(data)?.map(({ path }) => path.join("."));
      expect(paths, text).toEqual(expect.arrayContaining(SETTINGS.map((name) => `settings.${name}`)));
    }
  });

  it("is invalid as the quantity of a close", async () => {
    const { positions } = await desk.client.run(PositionsOfSession);
    const position = positions.edges[0]?.node.id;
    for (const quantity of TEXTS) {
      const input = { position, quantity, requestId: "hostile" };
      const { data } = await desk.client.answer(FullClosePosition, { input });
      expect(data?.closePosition).toMatchObject({ issues: [{ path: ["quantity"], message: A_DECIMAL }] });
    }
  });

  it.each([
    ["quote", QUOTE_FIELDS, { symbol: "QUOTE", price: "1" }],
    ["bar", BAR_FIELDS, BAR],
  ])("refuses the %s that has it in any field, which the message names", async (kind, fields, good) => {
    const items = everyTextIn(fields, (field, text) => ({ ...good, [field]: text }));
    const report =
      kind === "quote"
        ? (await desk.client.answer(PublishQuotes, { quotes: items })).data?.publishQuotes
        : (await desk.client.answer(PublishBars, { bars: items })).data?.publishBars;
    const refused = fields.flatMap((field) =>
      TEXTS.map(() => ({ message: expect.stringMatching(new RegExp(`^${field} must be a decimal`)) })),
    );
    expect(report).toMatchObject({ accepted: 0, stale: 0, refused: refused.map((of, index) => ({ index, ...of })) });
  });
});

describe("What is no text, or far too long", () => {
  it.each(EVERY_FIELD)("is a request error that names %s", async (name, document, put) => {
    for (const value of NOT_TEXTS) {
      const { data, errors } = await desk.client.answer(document, put(value));
      expect(data, JSON.stringify(value)).toBeUndefined();
      expect(errors).toMatchObject([
        { message: expect.stringMatching(/Decimal must be a string such as "150.03", of at most 64 characters/) },
      ]);
      expect(errors?.[0]?.message).toContain(`${name}"`);
    }
  });

  it.each(
    EVERY_FIELD.filter(([name]) => ["entryPrice", "trailingStop.offset", "quantity", "price", "open"].includes(name)),
  )("is not sent back where it is a megabyte: %s", async (name, document, put) => {
    const { data, errors } = await desk.client.answer(document, put(MEGABYTE));
    expect(data).toBeUndefined();
    const message = errors?.[0]?.message ?? "";
    expect(message).toContain(`${name}"`);
    expect(message).toContain("of at most 64 characters");
    expect(message.length).toBeLessThan(1000);
  });

  it.each(["entryPrice", "stopLoss", "target1", "leverage", "trailingStop"])(
    "is a request error as null %s",
    async (name) => {
      const change = name === "trailingStop" ? { trailingStop: { activation: null, offset: "1" } } : { [name]: null };
      const { errors } = await desk.client.answer(FullExecuteSignals, inSignal(change));
      expect(errors?.[0]?.message).toMatch(new RegExp(`${name}.*not to be null`));
    },
  );

  it("is a request error as a number in JSON, however large", async () => {
    const body = JSON.stringify({
      query: String(PublishQuotes),
      variables: { quotes: [{ symbol: "QUOTE", price: 1 }] },
    });
    for (const number of ["1e9000000000", "-1e9000000000", "1".repeat(1000), "1.123456789"]) {
      const { errors } = await desk.client.post(body.replace('"price":1', `"price":${number}`));
      expect(errors).toMatchObject([{ message: expect.stringContaining("quotes[0].price") }]);
    }
  });

  it.each(["1", "1.5", "1e9000000000", "true", "PRICE", '["1"]', '{value: "1"}', `"${"1".repeat(65)}"`])(
    "is a request error that says where, as %s in the document itself",
    async (literal) => {
      const query = `mutation { publishQuotes(quotes: [{ symbol: "QUOTE", price: ${literal} }]) { accepted } }`;
      const { data, errors } = await desk.client.post(JSON.stringify({ query }));
      expect(data).toBeUndefined();
      expect(errors).toMatchObject([
        {
          message: expect.stringContaining('Decimal must be a string such as "150.03"'),
          locations: [{ line: 1, column: query.indexOf("price:") + "price: ".length + 1 }],
        },
      ]);
    },
  );
});

describe("All of that", () => {
  it("has left nothing behind, neither in the database nor in the log of the server", async () => {
    expect(await snapshot(desk.client)).toEqual(before);
    expect((await desk.client.run(AccountNow, { account: "hostile" })).account).toBeNull();
    expect(desk.server.stderr()).toBe("");
  });
});

/** The issues of a mutation's only answer. */
function issuesOf(data: object | null | undefined): readonly { readonly path: readonly string[] }[] | undefined {
  const [result] = Object.values(data ?? {});
  return result.issues;
}
