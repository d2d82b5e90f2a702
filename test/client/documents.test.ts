// The documents of the client against the printed schema: all valid, none missing, and their types those of the schema.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { generate } from "@graphql-codegen/cli";
import type {
  Decimal,
  EquityCurveDocument,
  ExecuteSignalDocument,
  FollowAccountSubscription,
  KnownEvent,
  Maybe,
  ReportDocument,
  TypedDocument,
} from "@papertape/client";
import { buildSchema, type GraphQLSchema, isObjectType, Kind, parse, validate, visit } from "graphql";
import { describe, expect, expectTypeOf, it } from "vitest";
import config from "../../codegen.ts";
import { CLIENT } from "../support/builtClient.ts";

const SCHEMA_FILE = path.join(import.meta.dirname, "../../schema/schema.graphql");
const DOCUMENTS = path.join(CLIENT, "src/documents");
const GENERATED = "web/client/src/generated/";
const printed = readFileSync(SCHEMA_FILE, "utf8");
const text = readdirSync(DOCUMENTS)
  .map((file) => readFileSync(path.join(DOCUMENTS, file), "utf8"))
  .join("\n");

type Answer<Document> = Document extends TypedDocument<infer Data, never> ? Data : never;

function faults(schema: GraphQLSchema): string[] {
  return validate(schema, parse(text)).map(({ message }) => message);
}

/** The root fields that the documents ask for. */
function askedFields(): Set<string> {
  const asked = new Set<string>();
  visit(parse(text), {
    OperationDefinition: ({ operation, selectionSet }) => {
      for (const field of selectionSet.selections)
        if (field.kind === Kind.FIELD) asked.add(`${operation}.${field.name.value}`);
    },
  });
  return asked;
}

describe("the client's documents", () => {
  it("are valid", () => {
    expect(faults(buildSchema(printed))).toEqual([]);
  });

  it.each([
    ["a field is gone", "  remainingQuantity: Decimal!", "  restQuantity: Decimal!", "Cannot query field"],
    ["an argument is gone", "points: Int = 500", "pointsMax: Int = 500", 'Unknown argument "points"'],
    ["an input is another", "input: ResetInput!", "input: EnableInput!", "expecting type"],
    ["an enum is another", "by: Breakdown!", "by: Side!", "expecting type"],
  ])("are not where %s", (_, before, after, fault) => {
    expect(printed).toContain(before);
    expect(faults(buildSchema(printed.replaceAll(before, after))).join()).toContain(fault);
  });

  it("ask for every root field of the API", () => {
    const schema = buildSchema(printed);
    const roots = {
      query: schema.getQueryType(),
      mutation: schema.getMutationType(),
      subscription: schema.getSubscriptionType(),
    };
    const fields = Object.entries(roots).flatMap(([operation, type]) =>
      isObjectType(type) ? Object.keys(type.getFields()).map((field) => `${operation}.${field}`) : [],
    );
    expect(fields.length).toBeGreaterThan(30);
    const asked = askedFields();
    expect(fields.filter((field) => !asked.has(field))).toEqual([]);
  });
});

describe("the generated types", () => {
  it("are those of the schema as it is now", async () => {
    const output = config.generates[GENERATED];
    const files = await generate({ ...config, generates: { [GENERATED]: output ?? {} } }, false);
    const made = (files as { filename: string; content: string }[]).find(({ filename }) =>
      filename.endsWith("graphql.ts"),
    );
    const shape = (content: string): string =>
      content.replaceAll("/*#__PURE__*/ ", "").replace(/^import type \{ Doc.*$/m, "");
    const kept = readFileSync(path.join(CLIENT, "src/generated/graphql.ts"), "utf8");
    expect(shape(kept) === shape(made?.content ?? ""), "run `npm run codegen`").toBe(true);
  });

  it("tell decimals from texts, what may be null, and the members of a union", () => {
    type Report = NonNullable<Answer<typeof ReportDocument>["report"]>;
    expectTypeOf<Report["performance"]["winRate"]>().toEqualTypeOf<Decimal | null>();
    expectTypeOf<Report["performance"]["netPnl"]>().toEqualTypeOf<Decimal>();
    type Curve = NonNullable<Answer<typeof EquityCurveDocument>["equityCurve"]>;
    expectTypeOf<Curve["points"][number]["equity"]>().toEqualTypeOf<Decimal>();
    type Outcome = Answer<typeof ExecuteSignalDocument>["executeSignal"];
    expectTypeOf<Outcome["__typename"]>().toEqualTypeOf<
      "AccountNotFound" | "ExecuteSignalPayload" | "InvalidInput" | "SignalConflict"
    >();
    expectTypeOf<KnownEvent>().toEqualTypeOf<FollowAccountSubscription["accountEvents"]>();
    expectTypeOf<Maybe<string>>().toEqualTypeOf<string | null>();
  });
});
