// To whom the schema is told, by introspection and by names in errors: to each his own, on every transport, in any order.
import { createHash } from "node:crypto";
import {
  buildSchema,
  GraphQLObjectType,
  type GraphQLSchema,
  getIntrospectionQuery,
  isInputObjectType,
  isObjectType,
} from "graphql";
import { describe, expect, test } from "vitest";
import { schema as deskSchema } from "../../schema/index.ts";
import { SCOPES, type Scope } from "../../src/auth/scopes.ts";
import { grantedViewer } from "../../src/auth/viewer.ts";
import { type Access, LOCAL_ACCESS } from "../../src/server/access.ts";
import { readConfig } from "../../src/server/config.ts";
import { INTROSPECTION_CHOICES, type Introspection } from "../../src/server/limits.ts";
import { parseManifest } from "../../src/server/operationLimits/trustedDocuments.ts";
import { serveToyDesk } from "../server/serving.ts";
import { type Answer, codeOf, TRANSPORTS, type Transport } from "./transports.ts";

/** Lets everybody in, with the scope that he names himself by. */
const NAMED_ACCESS: Access = {
  ...LOCAL_ACCESS,
  isGuarded: true,
  authenticate: (authorization) => {
    const scope = SCOPES.find((one) => authorization === one);
    if (scope === undefined) throw new Error("every test comes with a scope");
    const actor = { kind: "key", id: scope, name: scope } as const;
    const viewer = grantedViewer({ owner: "local", actor, scopes: [scope], accounts: null });
    return { kind: "admitted", viewer, keyId: scope, expiresAtMs: null };
  },
};

/** A schema whose subscription has a variable that can be wrong in a way that suggests a name. */
const filtered: GraphQLSchema = buildSchema(`
  input Filter { symbol: String }
  type Query { hello(filter: Filter): String }
  type Subscription { follow(filter: Filter): String }
`);

const INTROSPECTION = [
  "{ __schema { types { name } } }",
  '{ __type(name: "Query") { name } }',
  "query Kind { ...Q } fragment Q on Query { hello kinds: __schema { queryType { name } } }",
];
const WRONG_FIELD = "{ helo }";
const WRONG_VARIABLES = [
  "query A($filter: Filter) { hello(filter: $filter) }",
  "subscription B($filter: Filter) { follow(filter: $filter) }",
].map((query) => ({ query, variables: { filter: { symbl: "A" } } }));

const isTold = (introspection: Introspection, scope: Scope): boolean =>
  introspection === "on" || (introspection === "admin" && scope === "admin");

function serve(introspection: Introspection, more: Parameters<typeof serveToyDesk>[0] = {}) {
  return serveToyDesk({ schema: filtered, access: NAMED_ACCESS, operationLimits: { introspection }, ...more });
}

function expectTold({ data, errors }: Answer, told: boolean): void {
  if (told) {
    expect(errors).toBeUndefined();
    expect(JSON.stringify(data)).toContain('"name":"Query"');
  } else {
    expect(codeOf({ errors: errors ?? [] })).toBe("GRAPHQL_VALIDATION_FAILED");
    expect(data ?? null).toBeNull();
  }
}

function expectSuggestion({ errors }: Answer, told: boolean): void {
  const text = JSON.stringify(errors);
  expect(text).toMatch(/Cannot query field|is not defined by type/);
  if (told) expect(text).toContain("Did you mean");
  else expect(text).not.toMatch(/Did you mean|\\"hello\\"|\\"symbol\\"/);
}

/** Everybody asks, the admin first and last and once more than the others: no cache tells one what another may know. */
const ORDER: readonly Scope[] = ["admin", "read", "trade", "admin", "feed", "read", "admin"];

describe.each(TRANSPORTS.flatMap((transport) => INTROSPECTION_CHOICES.map((choice) => ({ ...transport, choice }))))(
  "INTROSPECTION=$choice, $name",
  ({ ask, choice }: Transport & { readonly choice: Introspection }) => {
    test("should tell the schema to whom it is told, and to nobody else", async () => {
      const { graphqlUrl } = await serve(choice);
      for (const query of INTROSPECTION) {
        for (const authorization of ORDER) {
          expectTold(await ask(graphqlUrl, { query }, { authorization }), isTold(choice, authorization));
        }
      }
    });

    test("should tell it where others have asked before", async () => {
      const { graphqlUrl } = await serve(choice);
      for (const authorization of ["read", "admin", "read"] as const) {
        const answer = await ask(graphqlUrl, { query: INTROSPECTION[0] ?? "" }, { authorization });
        expectTold(answer, isTold(choice, authorization));
      }
    });

    test("should suggest names to the same ones", async () => {
      const { graphqlUrl } = await serve(choice);
      for (const question of [{ query: WRONG_FIELD }, ...WRONG_VARIABLES]) {
        for (const authorization of ORDER) {
          expectSuggestion(await ask(graphqlUrl, question, { authorization }), isTold(choice, authorization));
        }
      }
    });

    test("should tell everybody what a type is called", async () => {
      const { graphqlUrl } = await serve(choice);
      for (const authorization of SCOPES) {
        expect((await ask(graphqlUrl, { query: "{ __typename }" }, { authorization })).data).toEqual({
          __typename: "Query",
        });
      }
    });

    test("should not tell it because a document is trusted", async () => {
      const documents = [...INTROSPECTION, WRONG_FIELD].map((text) => [
        createHash("sha256").update(text).digest("hex"),
        text,
      ]);
      const manifest = JSON.stringify(Object.fromEntries(documents));
      const { graphqlUrl } = await serve(choice, { trustedDocuments: parseManifest(manifest, "m.json") });
      for (const [documentId = "", query] of documents) {
        for (const authorization of ORDER) {
          for (const question of [{ documentId }, { query: query ?? "" }]) {
            const answer = await ask(graphqlUrl, question, { authorization });
            if (query === WRONG_FIELD) expectSuggestion(answer, isTold(choice, authorization));
            else expectTold(answer, isTold(choice, authorization));
          }
        }
      }
    });
  },
);

describe("without keys", () => {
  test.each(TRANSPORTS)("the one on this machine should be told it as an admin, over $name", async ({ ask }) => {
    const { graphqlUrl } = await serveToyDesk({ operationLimits: { introspection: "admin" } });
    expectTold(await ask(graphqlUrl, { query: INTROSPECTION[0] ?? "" }), true);
    expect(JSON.stringify(await ask(graphqlUrl, { query: WRONG_FIELD }))).toContain("Did you mean");
  });
});

describe("a road that answers in another form", () => {
  test.each(["application/graphql-response+json", "multipart/mixed, application/json", "*/*"])(
    "should hide it too: %s",
    async (accept) => {
      const { url } = await serve("admin");
      const authorization = "read";
      const headers = { "content-type": "application/json", accept, authorization };
      for (const question of [{ query: INTROSPECTION[0] }, { query: WRONG_FIELD }, ...WRONG_VARIABLES]) {
        const response = await fetch(`${url}/graphql`, { method: "POST", headers, body: JSON.stringify(question) });
        const text = await response.text();
        expect(text).toContain('"errors"');
        expect(text).not.toMatch(/Did you mean|"name":"Query"/);
      }
    },
  );
});

describe("this server's schema", () => {
  test("should be told as a whole by what GraphiQL asks, and not at all by what is refused", async () => {
    const { graphqlUrl } = await serve("admin", { schema: deskSchema });
    const query = getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true, specifiedByUrl: true });
    const [http] = TRANSPORTS;
    const told = JSON.stringify(await http?.ask(graphqlUrl, { query }, { authorization: "admin" }));
    for (const type of Object.values(deskSchema.getTypeMap())) {
      if (isObjectType(type) || isInputObjectType(type)) expect(told).toContain(`"name":"${type.name}"`);
    }
    const refused = await http?.ask(graphqlUrl, { query }, { authorization: "trade" });
    expect(codeOf(refused ?? {})).toBe("GRAPHQL_VALIDATION_FAILED");
    expect(refused?.data).toBeUndefined();
    const types = Object.values(deskSchema.getTypeMap()).filter(
      (type) => type instanceof GraphQLObjectType && type !== deskSchema.getQueryType() && !type.name.startsWith("__"),
    );
    for (const { name } of types) expect(JSON.stringify(refused)).not.toContain(`"${name}"`);
  });
});

describe("the variable INTROSPECTION", () => {
  test.each(INTROSPECTION_CHOICES)("should be taken as %s", (choice) => {
    expect(readConfig({ INTROSPECTION: choice }, []).operationLimits.introspection).toBe(choice);
  });

  test("should be refused as anything else, with what it may be", () => {
    expect(() => readConfig({ INTROSPECTION: "yes" }, [])).toThrow(
      'INTROSPECTION is "yes": it must be on, off or admin',
    );
  });
});
