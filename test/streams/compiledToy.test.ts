// Compiled execution keeps to graphql-js in all that a schema can have, and leaves to it all that can go wrong.
import { type DocumentNode, getOperationAST, parse, validate } from "graphql";
import { describe, expect, it } from "vitest";
import { type CompiledField, CompiledOperation } from "../../src/server/streams/compiledOperation.ts";
import { CompiledRun } from "../../src/server/streams/compiledRun.ts";
import { createBothWays } from "./compiledBothWays.ts";
import { badToys, goodToy, toySchema as schema } from "./compiledToySchema.ts";

const contextValue = { viewer: "somebody" };
const selections: Readonly<Record<string, string>> = {
  "leaves and lists of them": "text color colors odd names neededNames",
  "lists that come later": "odds people { name }",
  "aliases that mean something to JavaScript":
    "__proto__: color constructor: text toString: odd hasOwnProperty: color then: color",
  "aliases with underscores": "a: person { b_c: name } a_b: person { c: name } __a: color",
  "arguments and their defaults": `text a: text(of: "x", number: null) b: text(number: 2) told(filter: { tags: ["t"], at: 1 })`,
  "what resolvers are told": "told person { friend { name } }",
  "objects in objects": "person { name friend { name needed friends { name } } friends { name needed } }",
  "types by name, by function and by promise":
    "pet { ... on Dog { name owner { name } } } pets { __typename ... on Cat { lives } } named { name } moody { mood }",
  "interfaces and unions in fragments":
    "pet { ...Called } person { ...Called ... on Named { name } ... { friend { name } } }",
  "the same field in parts": "person { name } ...More person { friend { needed } }",
  "constant conditions": "color @skip(if: true) odd @include(if: false) names @include(if: true) @skip(if: false)",
  "its own name": "__typename person { __typename name: __typename }",
};
const FRAGMENTS = `
  fragment Called on Named { name __typename }
  fragment More on Toy { person { friend { name } friends { name } } }`;

describe("Compiled execution answers what graphql-js answers", () => {
  it.each(Object.entries(selections))("to %s", async (_name, selection) => {
    for (const kind of ["query", "subscription"]) {
      const fragments = FRAGMENTS.split("\n").filter((text) => selection.includes(`...${text.split(" ")[3]}`));
      const document = parse(`${kind} Named { toy { ${selection} } } ${fragments.join("\n")}`);
      expect(validate(schema, document)).toEqual([]);
      const answers = await createBothWays()({ schema, document, contextValue }, goodToy, { toy: null }, {}, goodToy);
      expect(answers.map(({ isCompiled }) => isCompiled)).toEqual([true, true, true, true]);
      expect(answers[0]?.result.data).toMatchObject({ toy: expect.anything() });
    }
  });

  it("to variables of every kind, given or not", async () => {
    const document = parse(`
      subscription Given($of: String = "default", $number: Int, $filter: Filter, $tags: [String!], $at: Odd, $color: Color) {
        toy { text(of: $of, number: $number) told(filter: $filter, filters: [{ tags: $tags, at: $at }], color: $color) }
      }`);
    expect(validate(schema, document)).toEqual([]);
    const bothWays = createBothWays();
    for (const variableValues of [
      undefined,
      null,
      {},
      { of: null, number: 1, color: "RED" },
      { of: "x", number: null, filter: { tags: "one", at: 5 }, tags: ["a", "b"], at: 6, color: null },
    ]) {
      const [answer] = await bothWays({ schema, document, variableValues, contextValue }, goodToy);
      expect(answer?.isCompiled).toBe(true);
    }
  });

  it("to questions about the schema", async () => {
    const document = parse(
      `{ __schema { queryType { name fields { name type { kind } } } } __type(name: "Pet") { possibleTypes { name } } }`,
    );
    const [answer] = await createBothWays()({ schema, document, contextValue }, undefined);
    expect(answer).toMatchObject({
      isCompiled: true,
      result: { data: { __type: { possibleTypes: expect.anything() } } },
    });
  });

  it("to the operation that is named, of several in a document", async () => {
    const document = parse("subscription A { toy { color } } query B { toy { odd } }");
    const bothWays = createBothWays();
    for (const [operationName, toy] of [
      ["A", { color: "RED" }],
      ["B", { odd: [3] }],
    ] as const) {
      const [answer] = await bothWays({ schema, document, operationName, contextValue }, goodToy);
      expect(answer).toMatchObject({ isCompiled: true, result: { data: { toy } } });
    }
  });

  it("in more forms of a document than are kept", async () => {
    const names = ["a", "b", "c", "d", "e", "f"];
    const variables = names.map((name) => `$${name}: Boolean!`).join(" ");
    const fields = names.map((name) => `${name}: text(of: "${name}") @include(if: $${name})`).join(" ");
    const document = parse(`subscription (${variables}) { toy { color ${fields} } }`);
    const bothWays = createBothWays();
    const texts = new Set<string>();
    for (let form = 0; form < 2 ** names.length; form++) {
      const variableValues = Object.fromEntries(names.map((name, bit) => [name, (form & (1 << bit)) !== 0]));
      const [first, second] = await bothWays({ schema, document, variableValues, contextValue }, goodToy, goodToy);
      expect([first?.isCompiled, second?.isCompiled]).toEqual([true, true]);
      texts.add(JSON.stringify(first?.result));
    }
    expect(texts.size).toBe(2 ** names.length);
  });

  it("to a document that selects more fields than are kept", async () => {
    const document = manyFields(13);
    expect(validate(schema, document)).toEqual([]);
    const answers = await createBothWays()({ schema, document, contextValue }, endless, endless);
    expect(answers.map(({ isCompiled }) => isCompiled)).toEqual([true, true]);

    const [definition, rootType] = [getOperationAST(document), schema.getSubscriptionType()];
    if (!definition || !rootType) throw new Error("there is one");
    const operation = new CompiledOperation(schema, document, definition, rootType);
    const prepared = { operation, variables: {}, contextValue, knownArguments: new WeakMap() };
    expect(await new CompiledRun(prepared, endless).execute()).toEqual(answers[0]?.result);
    const kept = keptFields(operation.rootFields({}));
    expect(kept).toBeGreaterThan(1_000);
    expect(kept).toBeLessThan(10_000);
  });
});

/** A value in which each friend has a friend. */
const endless = { toy: { person: { name: "same" } } };
Object.assign(endless.toy.person, { friend: endless.toy.person });

/** A short document that selects 2 ^ levels fields. */
function manyFields(levels: number): DocumentNode {
  const fragments = Array.from({ length: levels }, (_, level) => {
    const inner = level + 1 < levels ? `...F${level + 1}` : "name";
    return `fragment F${level} on Person { a: friend { ${inner} } b: friend { ${inner} } }`;
  });
  return parse(`subscription { toy { person { ...F0 } } } ${fragments.join(" ")}`);
}

function keptFields(fields: readonly CompiledField[]): number {
  const inner = fields.flatMap(({ selections }) => [...selections.values()].map(keptFields));
  return inner.reduce((sum, count) => sum + count, fields.length);
}

describe("Compiled execution leaves to graphql-js", () => {
  it.each(badToys)("%s", async (_problem, selection, toy) => {
    const document = parse(`subscription { toy { ${selection} } }`);
    expect(validate(schema, document)).toEqual([]);
    const answers = await createBothWays()({ schema, document, contextValue }, goodToy, { toy }, goodToy);
    expect(answers.map(({ isCompiled }) => isCompiled)).toEqual([true, false, true]);
    expect(answers[1]?.result.errors?.length).toBeGreaterThan(0);
  });

  it("an answer that is lost altogether", async () => {
    const document = parse("subscription { toy { color } needed }");
    const [answer] = await createBothWays()({ schema, document, contextValue }, { toy: goodToy.toy, needed: null });
    expect(answer).toMatchObject({ isCompiled: false, result: { data: null, errors: [{ path: ["needed"] }] } });
  });

  it.each([
    [
      "variables of a wrong type",
      "subscription ($n: Int!) { toy { text(number: $n) } }",
      { variableValues: { n: "x" } },
    ],
    ["variables that are missing", "subscription ($n: Int!) { toy { text(number: $n) } }", {}],
    ["an operation that is not there", "subscription A { toy { color } }", { operationName: "B" }],
    ["a choice of operations", "query A { toy { color } } query B { toy { color } }", {}],
    ["a document without operations", "fragment A on Toy { color }", {}],
    ["a condition without a value", "subscription ($c: Boolean) { toy { color @include(if: $c) } }", {}],
    ["mutations", "mutation { toy { color } }", {}],
  ])("%s", async (_problem, text, given) => {
    const request = { schema, document: parse(text), contextValue, ...given };
    const [answer] = await createBothWays()(request, goodToy);
    expect(answer?.isCompiled).toBe(false);
  });
});
