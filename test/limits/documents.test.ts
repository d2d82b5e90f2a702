// Documents that are too much, on every transport: each is refused with the limit and the figure, and soon.
import { getIntrospectionQuery, parse } from "graphql";
import { describe, expect, test } from "vitest";
import { schema } from "../../schema/index.ts";
import { EXAMPLE_OPERATIONS } from "../../src/server/exampleOperations.ts";
import {
  DOCUMENT_ALIASES_MAX,
  DOCUMENT_DEPTH_MAX,
  DOCUMENT_DIRECTIVES_MAX,
  DOCUMENT_FRAGMENTS_MAX,
  DOCUMENT_NESTING_MAX,
  DOCUMENT_PATH_MAX,
  DOCUMENT_ROOT_FIELDS_MAX,
  DOCUMENT_SELECTIONS_MAX,
} from "../../src/server/limits.ts";
import { checkDocument } from "../../src/server/operationLimits/documentLimits.ts";
import { serveToyDesk } from "../server/serving.ts";
import { codeOf, LONG_TRANSPORTS } from "./transports.ts";

const times = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(" ");
const within = (levels: number, inner: string): string => `${"{ ofType ".repeat(levels)}${inner}${" }".repeat(levels)}`;
const type = (selection: string): string => `{ __type(name: "Query") ${selection} }`;

/** Each fragment spreads the next one twice, below two aliases: 2^40 fields for who would count them. */
const EXPONENTIAL = `${type("{ ...F0 }")} ${times(
  40,
  (index) => `fragment F${index} on __Type { a: ofType { ...F${index + 1} } b: ofType { ...F${index + 1} } }`,
)} fragment F40 on __Type { name }`;

const TOO_MUCH: readonly (readonly [string, string, string, number])[] = [
  ["a depth of 1,000", type(within(1000, "{ name }")), "DOCUMENT_TOO_DEEP", DOCUMENT_NESTING_MAX],
  ["a depth of 16,000", "{ a ".repeat(16_000), "DOCUMENT_TOO_DEEP", DOCUMENT_NESTING_MAX],
  ["a value of depth 16,000", `{ hello(name: ${"[".repeat(16_000)}`, "DOCUMENT_TOO_DEEP", DOCUMENT_NESTING_MAX],
  ["one level too many", type(within(DOCUMENT_DEPTH_MAX - 1, "{ name }")), "DOCUMENT_TOO_DEEP", DOCUMENT_DEPTH_MAX],
  [
    "a long way through fragments",
    `{ ...F0 } ${times(DOCUMENT_PATH_MAX, (index) => `fragment F${index} on Query { ...F${index + 1} }`)} fragment F${DOCUMENT_PATH_MAX} on Query { hello }`,
    "DOCUMENT_TOO_DEEP",
    DOCUMENT_PATH_MAX,
  ],
  [
    "20,000 aliases",
    `{ ${times(10_000, (index) => `a${index}: hello`)} }`,
    "DOCUMENT_TOO_WIDE",
    DOCUMENT_SELECTIONS_MAX,
  ],
  ["the same field 16,000 times", `{ ${"hello ".repeat(16_000)} }`, "DOCUMENT_TOO_WIDE", DOCUMENT_SELECTIONS_MAX],
  [
    "one alias too many",
    type(`{ ${times(DOCUMENT_ALIASES_MAX + 1, (index) => `a${index}: name`)} }`),
    "TOO_MANY_ALIASES",
    DOCUMENT_ALIASES_MAX,
  ],
  ["fragments that double 40 times", EXPONENTIAL, "DOCUMENT_TOO_DEEP", DOCUMENT_PATH_MAX],
  [
    "aliases in a fragment that is spread often",
    `${type(`{ ${times(60, (index) => `b${index}: ofType { ...F }`)} }`)} fragment F on __Type { x: name y: name z: name }`,
    "TOO_MANY_ALIASES",
    DOCUMENT_ALIASES_MAX,
  ],
  [
    "one directive too many",
    `{ hello ${"@include(if: true) ".repeat(DOCUMENT_DIRECTIVES_MAX + 1)} }`,
    "TOO_MANY_DIRECTIVES",
    DOCUMENT_DIRECTIVES_MAX,
  ],
  [
    "directives on a fragment that is spread often",
    `{ ${"...F @include(if: true) ".repeat(DOCUMENT_DIRECTIVES_MAX + 1)} } fragment F on Query { hello }`,
    "TOO_MANY_DIRECTIVES",
    DOCUMENT_DIRECTIVES_MAX,
  ],
  [
    "directives on variables",
    `query Q($name: String ${"@include(if: true) ".repeat(DOCUMENT_DIRECTIVES_MAX + 1)}) { hello(name: $name) }`,
    "TOO_MANY_DIRECTIVES",
    DOCUMENT_DIRECTIVES_MAX,
  ],
  [
    "one fragment too many",
    `{ hello } ${times(DOCUMENT_FRAGMENTS_MAX + 1, (index) => `fragment F${index} on Query { hello }`)}`,
    "TOO_MANY_FRAGMENTS",
    DOCUMENT_FRAGMENTS_MAX,
  ],
  [
    "one field too many at the top",
    `{ ${times(DOCUMENT_ROOT_FIELDS_MAX + 1, (index) => `a${index}: hello`)} }`,
    "TOO_MANY_ROOT_FIELDS",
    DOCUMENT_ROOT_FIELDS_MAX,
  ],
];

describe.each(LONG_TRANSPORTS)("$name", ({ ask }) => {
  test.each(TOO_MUCH)("should refuse %s", async (_, query, code, limit) => {
    const { graphqlUrl, desk } = await serveToyDesk();
    const answer = await ask(graphqlUrl, { query });
    expect(codeOf(answer)).toBe(code);
    expect(answer.errors?.[0]?.extensions).toMatchObject({ limit, actual: expect.any(Number) });
    expect(answer.errors?.[0]?.message).toContain(limit.toLocaleString("en-US"));
    expect(answer.status ?? 400).toBe(400);
    expect(desk.contexts).toEqual([]);
  });

  test("should refuse fragments that go in circles, which no limit need know of", async () => {
    const { graphqlUrl, desk } = await serveToyDesk();
    for (const query of [
      "{ ...A } fragment A on Query { hello ...A }",
      "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A hello }",
      `{ ...A } fragment A on Query { ${times(100, (index) => `a${index}: hello ...A`)} }`,
    ]) {
      expect(codeOf(await ask(graphqlUrl, { query }))).toBe("GRAPHQL_VALIDATION_FAILED");
    }
    expect(desk.contexts).toEqual([]);
  });

  test("should take what is just within the limits", async () => {
    const { graphqlUrl } = await serveToyDesk();
    for (const query of [
      type(within(DOCUMENT_DEPTH_MAX - 2, "{ name }")),
      `{ ${times(DOCUMENT_ROOT_FIELDS_MAX, (index) => `a${index}: hello`)} }`,
      `{ hello ${"@include(if: true) ".repeat(1)} ${times(99, (index) => `a${index}: hello @include(if: true)`)} }`,
    ]) {
      expect((await ask(graphqlUrl, { query })).errors).toBeUndefined();
    }
  });
});

describe("the limits", () => {
  test("should leave room for GraphiQL's introspection and its examples", () => {
    const introspection = getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true, specifiedByUrl: true });
    for (const text of [introspection, ...EXAMPLE_OPERATIONS.map(({ query }) => query)]) {
      expect(checkDocument(schema, parse(text))).toBeUndefined();
    }
  });
});
