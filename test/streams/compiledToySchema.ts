// A schema with what the API's does not have, and values with everything that can go right and wrong.
import { buildSchema, GraphQLError, type GraphQLResolveInfo } from "graphql";

/** Fields have no resolvers: what they answer is in the values, as it is, as a function or as a promise. */
export const toySchema = buildSchema(`
  enum Color { RED GREEN }
  scalar Odd
  input Filter { color: Color = RED, at: Odd, tags: [String!] }
  interface Named { name: String! }
  interface Moody { mood: String! }
  union Pet = Cat | Dog
  type Cat implements Named { name: String!, lives: Int }
  type Dog implements Named { name: String!, owner: Person }
  type Person implements Named { name: String!, pets: [Pet!], friend: Person, friends: [Person!]!, needed: String! }
  type Robot implements Moody { mood: String! }
  type Query { toy: Toy }
  type Mutation { toy: Toy }
  type Subscription { toy: Toy, needed: Int! }
  type Toy {
    text(of: String, number: Int = 7): String
    told(filter: Filter, filters: [Filter!], color: Color = GREEN): String!
    color: Color
    colors: [[Color]]
    odd: Odd
    odds: [Odd]
    names: [String]
    neededNames: [String!]
    person: Person
    people: [Person]
    pet: Pet
    pets: [Pet]
    named: Named
    moody: Moody
  }
`);

/** RED is 1 inside. */
Object.assign(toySchema.getType("Color") ?? {}, {
  serialize: (value: unknown) => {
    if (value === 1) return "RED";
    if (value === "GREEN") return value;
    throw new RangeError(`${String(value)} is no color`);
  },
});
/** Shows numbers in a list, nothing for true, and throws for all else. */
Object.assign(toySchema.getType("Odd") ?? {}, {
  serialize: (value: unknown) => {
    if (value === true) return undefined;
    if (typeof value === "number") return [value];
    throw new TypeError("this is not odd");
  },
  parseValue: (value: unknown) => new Date(Number(value)),
  parseLiteral: () => new Date(0),
});
/** An interface that finds the type later; the others go by `__typename`, or by `isTypeOf`. */
Object.assign(toySchema.getType("Named") ?? {}, {
  resolveType: async ({ kind }: { readonly kind: string }) => kind,
});
Object.assign(toySchema.getType("Robot") ?? {}, {
  isTypeOf: ({ mood }: { readonly mood: string }) => mood !== "dead",
});
Object.assign(toySchema.getType("Cat") ?? {}, {
  isTypeOf: async ({ name }: { readonly name: string }) => name !== "Rex",
});

/** What a resolver is given, as text. */
function given(args: object, context: object, info: GraphQLResolveInfo): string {
  const { fieldName, path, parentType, returnType, variableValues, operation, fieldNodes, fragments } = info;
  const names = [fieldName, parentType.name, String(returnType), operation.name?.value, Object.keys(fragments)];
  return JSON.stringify([args, context, path, names, variableValues, fieldNodes, Object.keys(info), info.rootValue]);
}

function throwing(problem: unknown): () => never {
  return () => {
    throw problem;
  };
}

const cat = { __typename: "Cat", kind: "Cat", name: "Tom", lives: 9 };
const friend = { name: "Bo", needed: async () => "later", friends: [] };
const dog = { __typename: "Dog", kind: "Dog", name: async () => "Rex", owner: friend };
const person = { kind: "Person", name: "Ann", pets: [cat, dog], friend, friends: async () => [friend, friend] };

/** A value for which nothing goes wrong. */
export const goodToy = {
  toy: {
    text: ({ of, number }: { of?: string; number: number }) => `${of} ${number}`,
    told: given,
    color: 1,
    colors: [[1, "GREEN"], null, [], new Set([null, 1])],
    odd: 3,
    odds: async () => [1, null, Promise.resolve(2)],
    names: ["a", Promise.resolve("b"), null, undefined],
    neededNames: () => new Set(["c", "d"]),
    person,
    people: [Promise.resolve(person), null, { ...person, friends: [] }],
    pet: dog,
    pets: [cat, Promise.resolve(dog)],
    named: async () => cat,
    moody: { mood: "fine" },
  },
};

/** Values that make one field fail, with the selection that meets it. */
export const badToys: readonly (readonly [problem: string, selection: string, toy: object | (() => unknown)])[] = [
  ["a resolver that throws", "text color", { text: throwing(new Error("no text")), color: 1 }],
  ["one that throws what is no error", "text", { text: throwing("just words") }],
  ["one that throws an error of GraphQL", "text", { text: throwing(coded()) }],
  ["one that throws nothing", "text", { text: throwing(undefined) }],
  ["an error as a value", "text", { text: new Error("not a text") }],
  ["an error in an object's place", "person { name }", { person: new Error("nobody") }],
  ["a promise that is broken", "text color", { text: async () => throwing(new Error("no text later"))(), color: 1 }],
  ["broken promises in a list", "names", { names: () => ["a", broken(), broken()] }],
  ["broken promises after an error", "names color", { names: () => [new Error("no a"), broken()], color: 1 }],
  ["an error in a list", "names", { names: ["a", new Error("no b")] }],
  ["null where it cannot be", "told color", { told: null, color: 1 }],
  ["null later where it cannot be", "told color", { told: async () => null, color: 1 }],
  ["null in a list that has none", "neededNames color", { neededNames: ["a", null], color: 1 }],
  ["null deep in lists", "people { name friends { needed } }", { people: [{ name: "a", friends: [{}] }, null] }],
  ["a list that is none", "names", { names: "abc" }],
  ["a list that breaks off", "names", { names: () => breaksOff() }],
  ["an enum's unknown value", "color colors", { color: "BLUE", colors: [["BLUE"], [1]] }],
  ["a scalar that throws", "odd odds", { odd: "even", odds: [1, "even"] }],
  ["a scalar that shows nothing", "odd", { odd: true }],
  ["a type that is unknown", "pet { __typename }", { pet: { __typename: "Fish" } }],
  ["a type that does not belong", "pet { __typename }", { pet: { __typename: "Person" } }],
  ["a type that is no object's", "pet { __typename }", { pet: { __typename: "Color" } }],
  ["no type", "pet { __typename }", { pet: { name: "Rex" } }],
  ["no type later", "named { name }", { named: { kind: "Fish" } }],
  ["an object of another type", "moody { mood }", { moody: { __typename: "Robot", mood: "dead" } }],
  ["an object of another type later", "pet { __typename }", { pet: { __typename: "Cat", name: "Rex" } }],
  ["nothing at all to take from", "text", throwing(new Error("no toy"))],
];

function coded(): GraphQLError {
  return new GraphQLError("on purpose", { extensions: { code: "CODED" } });
}

function broken(): Promise<never> {
  return Promise.reject(coded());
}

function* breaksOff() {
  yield "a";
  throw new Error("the rest is gone");
}
