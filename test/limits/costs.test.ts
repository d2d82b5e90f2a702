// The cost of operations of this schema: its table keeps step with the schema, and costs grow with what is asked for.

import fc from "fast-check";
import { getIntrospectionQuery, isObjectType, parse, validate } from "graphql";
import { describe, expect, test } from "vitest";
import { schema } from "../../schema/index.ts";
import { EXAMPLE_OPERATIONS } from "../../src/server/exampleOperations.ts";
import { COST_MAX } from "../../src/server/limits.ts";
import { planCost } from "../../src/server/operationLimits/costPlan.ts";
import { Deadlines } from "../../src/server/operationLimits/deadlines.ts";
import { TokenBucket, TokenBuckets } from "../../src/server/operationLimits/tokenBuckets.ts";
import { WEIGHTS } from "../../src/server/operationLimits/weights.ts";

function costOf(text: string, variables: Record<string, unknown> = {}): number {
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]);
  const plan = planCost(schema, document, undefined);
  if (plan === undefined) throw new Error("the document has one operation");
  return plan.cost(variables);
}

describe("the table of weights", () => {
  test("should name fields and arguments that exist", () => {
    for (const [coordinate, { size }] of Object.entries(WEIGHTS)) {
      const [typeName = "", fieldName = ""] = coordinate.split(".");
      if (fieldName.startsWith("__")) continue;
      const type = schema.getType(typeName);
      const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
      expect(field, coordinate).toBeDefined();
      const names = field?.args.map(({ name }) => name) ?? [];
      for (const path of size?.by ?? []) expect(names, coordinate).toContain(path.split(".")[0]);
    }
  });

  test("should weigh every mutation", () => {
    const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});
    expect(mutations.length).toBeGreaterThan(10);
    expect(mutations.filter((name) => !(`Mutation.${name}` in WEIGHTS))).toEqual([]);
  });
});

const POSITIONS = "query ($first: Int, $last: Int) { positions(first: $first, last: $last) { edges { node { id } } } }";
const SIGNALS = "mutation ($inputs: [ExecuteSignalInput!]!) { executeSignals(inputs: $inputs) { __typename } }";

describe("the cost of an operation", () => {
  test("should be what its parts are", () => {
    expect(costOf("{ __typename }")).toBe(1);
    expect(costOf("{ account { id name } }")).toBe(2);
    expect(costOf(POSITIONS)).toBe(1 + 2 + 50);
    expect(costOf(POSITIONS, { first: 200 })).toBe(1 + 2 + 200);
    expect(costOf(POSITIONS, { last: 7 })).toBe(1 + 2 + 7);
    expect(costOf(POSITIONS, { first: null, last: 7 })).toBe(1 + 2 + 7);
    // Beyond what a page gives the field itself says what is wrong.
    expect(costOf(POSITIONS, { first: 1e9 })).toBe(1 + 2 + 200);
    expect(costOf(POSITIONS, { first: -5 })).toBe(1 + 2 + 0);
    expect(costOf(POSITIONS, { first: "many" })).toBe(1 + 2 + 50);
    expect(costOf("query ($n: Int = 3) { positions(first: $n) { edges { node { id } } } }")).toBe(1 + 2 + 3);
    expect(costOf("{ positions(first: 3) { pageInfo { hasNextPage } totalCount edges { node { id } } } }")).toBe(
      1 + 2 + 3,
    );
    expect(costOf("mutation { enable { __typename } }")).toBe(11);
  });

  test("should grow with pages in pages", () => {
    const nested = (first: number) =>
      `{ report { breakdown(by: SYMBOL) { key } } accounts(first: ${first}) { edges { node { id } } } positions(first: ${first}) { edges { node { trades { id } } } } }`;
    expect(costOf(nested(10))).toBeLessThan(costOf(nested(100)));
  });

  test.each([[0], [1], [499], [500]])("should count the inputs of a batch: %i", (count) => {
    expect(costOf(SIGNALS, { inputs: Array.from({ length: count }, () => ({})) })).toBe(2 + count * 5);
  });

  test("should not depend on where a selection is written: in fragments, or in place", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 1, max: 5 }), (first, spreads) => {
        const inPlace = costOf(
          `{ ${"positions(first: $first) { edges { node { id trades { id } } } } ".replace("$first", String(first))} }`,
        );
        const spread = costOf(
          `query ($first: Int) { ...P ${"... on Query { __typename } ".repeat(spreads)} } fragment P on Query { positions(first: $first) { edges { ...E } } } fragment E on PositionEdge { node { id ...T } } fragment T on Position { trades { id } }`,
          { first },
        );
        expect(spread).toBe(inPlace);
      }),
    );
  });

  test("should be found of fragments that double, without counting each", () => {
    const fragments = Array.from(
      { length: 40 },
      (_, index) => `fragment F${index} on Position { ...F${index + 1} ...F${index + 1} }`,
    ).join(" ");
    const text = `query ($n: Int) { positions(first: $n) { edges { node { ...F0 } } } } ${fragments} fragment F40 on Position { trades { position { id } } }`;
    expect(costOf(text, { n: 2 })).toBeGreaterThan(2 ** 40);
  });

  test("should leave room for GraphiQL's introspection and examples", () => {
    const introspection = getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true, specifiedByUrl: true });
    for (const text of [introspection, ...EXAMPLE_OPERATIONS.map(({ query }) => query)]) {
      expect(costOf(text), text).toBeLessThan(COST_MAX / 2);
    }
  });
});

describe("a budget", () => {
  test("should never give more than the burst and what has come since, and never refuse what it has", () => {
    const step = fc.record({ waitMs: fc.integer({ min: 0, max: 5000 }), cost: fc.integer({ min: 0, max: 30 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
        const bucket = new TokenBucket({ perSecond: 10, burst: 20 }, 0);
        let nowMs = 0;
        let spent = 0;
        for (const { waitMs, cost } of steps) {
          nowMs += waitMs;
          const before = bucket.left(nowMs);
          const taken = bucket.take(cost, nowMs);
          expect(taken).toBe(before >= Math.min(cost, 20));
          if (taken) spent += cost;
          else expect(bucket.take(cost, nowMs + bucket.waitMs(cost, nowMs) + 1)).toBe(true);
          if (!taken) {
            nowMs += bucket.waitMs(cost, nowMs) + 1;
            spent += cost;
          }
        }
        // One that costs more than the burst leaves a debt of at most the difference.
        expect(spent).toBeLessThanOrEqual(20 + (nowMs / 1000) * 10 + steps.length * 10 + 10);
      }),
    );
  });

  test("should be kept of so many clients, and those with a debt not be forgotten for those without", () => {
    const budgets = new TokenBuckets({ perSecond: 1, burst: 10 }, 100, () => 0);
    budgets.take("debtor", 10);
    for (let index = 0; index < 10_000; index += 1) budgets.left(`visitor ${index}`);
    expect(budgets.size).toBeLessThanOrEqual(100);
    expect(budgets.take("debtor", 1)).toBe(false);
  });
});

describe("a deadline", () => {
  test("should let go of what has ended, in whatever order, and answer for what has not", async () => {
    const deadlines = new Deadlines(50);
    const never = new Promise<string>(() => undefined);
    const late = () => "late";
    const answers = [never, Promise.resolve("first"), never, Promise.resolve("second")].map((work) =>
      deadlines.within(work, late),
    );
    await expect(deadlines.within(Promise.reject(new Error("failed")), late)).rejects.toThrow("failed");
    expect(deadlines.size).toBe(2);
    expect(await Promise.all(answers)).toEqual(["late", "first", "late", "second"]);
    expect(deadlines.size).toBe(0);
    expect(await deadlines.within(never, late)).toBe("late");
  });
});
