// A client of the API in process: typed documents in, what a client would get over the wire out.
import {
  type ExecutionArgs,
  execute,
  type GraphQLFormattedError,
  type GraphQLSchema,
  parse,
  subscribe,
  validate,
} from "graphql";
import type { TypedDocumentString } from "../generated/graphql.ts";

/** What an operation answered: as JSON would carry it. */
export interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly GraphQLFormattedError[];
}

type Document<Data, Variables> = TypedDocumentString<Data, Variables>;

/** Answers of a subscription, one after another, until `return` is called. */
export type Answers<Data> = AsyncIterableIterator<Data>;

export interface Client {
  /** The data of an operation; throws where it has errors. */
  run<Data, Variables>(document: Document<Data, Variables>, variables?: Variables): Promise<Data>;
  /** Data and errors of an operation; variables may be of any shape, to try bad ones. */
  answer<Data, Variables>(document: Document<Data, Variables>, variables?: object): Promise<Answer<Data>>;
  /** Subscribes; throws where that fails. */
  follow<Data, Variables>(document: Document<Data, Variables>, variables?: Variables): Promise<Answers<Data>>;
  /** The errors of a subscription that fails. */
  followErrors<Data, Variables>(
    document: Document<Data, Variables>,
    variables?: object,
  ): Promise<Answer<Data>["errors"]>;
}

/** A client that executes on a schema, with a new context for each operation. */
export function createClient(schema: GraphQLSchema, makeContext: () => object): Client {
  const prepare = (document: object, variables: object | undefined): ExecutionArgs | Answer<never> => {
    const parsed = parse(String(document));
    const errors = validate(schema, parsed);
    if (errors.length > 0) return wire({ errors });
    const variableValues = variables === undefined ? null : (wire(variables) as Record<string, unknown>);
    return { schema, document: parsed, contextValue: makeContext(), variableValues };
  };
  const answer: Client["answer"] = async (document, variables) => {
    const prepared = prepare(document, variables);
    return "schema" in prepared ? wire(await execute(prepared)) : prepared;
  };
  const begin = async (document: object, variables: object | undefined) => {
    const prepared = prepare(document, variables);
    return "schema" in prepared ? subscribe(prepared) : prepared;
  };
  return {
    answer,
    run: async (document, variables) => dataOf(await answer(document, variables as object | undefined)),
    follow: async <Data, Variables>(document: Document<Data, Variables>, variables?: Variables) => {
      const begun = await begin(document, variables as object | undefined);
      if (!(Symbol.asyncIterator in begun)) throw new Error(JSON.stringify(begun.errors));
      return dataStream<Data>(begun);
    },
    followErrors: async (document, variables) => {
      const begun = await begin(document, variables);
      if (Symbol.asyncIterator in begun) throw new Error("the subscription has begun, though it should fail");
      return wire<Answer<never>>(begun).errors;
    },
  };
}

function dataStream<Data>(answers: AsyncIterator<object>): Answers<Data> {
  const stream: Answers<Data> = {
    [Symbol.asyncIterator]: () => stream,
    next: async () => {
      const { done, value } = await answers.next();
      return done ? { done: true, value: undefined } : { done: false, value: dataOf(wire<Answer<Data>>(value)) };
    },
    return: async () => {
      await answers.return?.();
      return { done: true, value: undefined };
    },
  };
  return stream;
}

function wire<Value>(value: object): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}

function dataOf<Data>({ data, errors }: Answer<Data>): Data {
  if (errors !== undefined || data === undefined || data === null) throw new Error(JSON.stringify(errors));
  return data;
}
