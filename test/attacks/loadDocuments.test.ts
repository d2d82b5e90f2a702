// Documents that are short and costly to validate: repeated fields, which are compared each with each, and long lists.
import { parse } from "graphql";
import { expect, test } from "vitest";
import { DOCUMENT_OVERLAPS_MAX, DOCUMENT_TOKENS_MAX } from "../../src/server/limits.ts";
import { countOverlaps } from "../../src/server/operationLimits/overlaps.ts";
import { codeOf, LONG_TRANSPORTS } from "../limits/transports.ts";
import { serveToyDesk } from "../server/serving.ts";

const times = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(" ");
const overlaps = (text: string): number => countOverlaps(parse(text), DOCUMENT_OVERLAPS_MAX);

const COSTLY: readonly (readonly [string, string])[] = [
  ["a field 900 times", `{ __schema { ${"description ".repeat(900)} } }`],
  ["a field with fields 300 times", `{ __schema { ${"types { name } ".repeat(300)} } }`],
  ["the same through inline fragments", `{ __schema { ${"... on __Schema { types { name } } ".repeat(150)} } }`],
  [
    "the same through fragments",
    `{ __schema { ${times(40, (index) => `...F${index}`)} } } ${times(40, (index) => `fragment F${index} on __Schema { ${"types { name } ".repeat(8)} }`)}`,
  ],
  ["a field with a long argument", `{ ${`__type(name: "${"x".repeat(300)}") { name } `.repeat(60)} }`],
  [
    "fragments that make the fields of others many",
    `{ __schema { types { ...F0 } } } ${times(14, (index) => `fragment F${index} on __Type { a: ofType { ...F${index + 1} } b: ofType { ...F${index + 1} } }`)} fragment F14 on __Type { name }`,
  ],
];

test.each(COSTLY)("%s should be refused on every transport", async (_, query) => {
  const { graphqlUrl, desk } = await serveToyDesk();
  for (const { ask } of LONG_TRANSPORTS) {
    const answer = await ask(graphqlUrl, { query });
    expect(codeOf(answer)).toBe("DOCUMENT_TOO_WIDE");
    expect(answer.errors?.[0]?.extensions).toMatchObject({ limit: DOCUMENT_OVERLAPS_MAX });
    expect(answer.errors?.[0]?.message).toContain(DOCUMENT_OVERLAPS_MAX.toLocaleString("en-US"));
  }
  expect(desk.contexts).toEqual([]);
});

test("a list of too many tokens should be refused on every transport", async () => {
  const { graphqlUrl } = await serveToyDesk();
  for (const { ask } of LONG_TRANSPORTS) {
    const answer = await ask(graphqlUrl, { query: `{ hello(name: [${"1 ".repeat(DOCUMENT_TOKENS_MAX)}]) }` });
    expect(codeOf(answer)).toBe("DOCUMENT_TOO_LONG");
    expect(answer.errors?.[0]?.message).toContain(String(DOCUMENT_TOKENS_MAX));
  }
});

test("what is repeated should count as often as it is compared", () => {
  expect(overlaps("{ a b c }")).toBe(3);
  // Two of a (one pair), and their two of b (one pair), besides the selections that are looked at.
  expect(overlaps("{ a { b } a { b } }")).toBe(4 + 2);
  expect(overlaps("{ a ...F } fragment F on Query { a }")).toBe(3 + 1 + 1);
  expect(overlaps("{ x: a x: b a b }")).toBe(4 + 1);
  expect(overlaps(`{ ${"a ".repeat(100)} }`)).toBe(100 + (100 * 99) / 2);
});
