// The clients that people use, behind one face: graphql-ws, graphql-sse, urql and Apollo Client, set up as their docs say.
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from "@apollo/client/core";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import {
  type ExecutionResult,
  fetchExchange,
  type OperationResult,
  subscriptionExchange,
  Client as UrqlClient,
} from "@urql/core";
import { type FormattedExecutionResult, OperationTypeNode } from "graphql";
import { createClient as createSseClient } from "graphql-sse";
import { createClient as createWsClient, type Client as WsClient } from "graphql-ws";
import { WebSocket } from "ws";

/** What went wrong, as far as the client can read it: the codes of GraphQL errors; none where the connection was lost. */
export interface Problem {
  readonly codes: readonly unknown[];
  readonly text: string;
}

export type Result = { readonly data: unknown } | { readonly problem: Problem };

export interface RealClient {
  /** Tells each result of a subscription, and the problem that ended it, until the answered function is called. */
  subscribe(query: string, variables: object, tell: (result: Result) => void): () => void;
  /** The result of a query or mutation. */
  run(query: string, variables: object): Promise<Result>;
  close(): Promise<void>;
}

type Variables = Record<string, unknown>;

function isList(value: unknown): value is readonly { readonly extensions?: { readonly code?: unknown } }[] {
  return Array.isArray(value);
}

/** A problem of what a client gave as errors of GraphQL, or as anything else. */
function problemOf(given: unknown): Result {
  const codes = isList(given) ? given.map(({ extensions }) => extensions?.code) : [];
  return { problem: { codes, text: given instanceof Error ? given.message : JSON.stringify(given) } };
}

function resultOf({ data, errors }: FormattedExecutionResult): Result {
  return errors === undefined ? { data } : problemOf(errors);
}

/** Without retries: the library would send the first variables again, with the old cursor. */
function createWs(url: string): WsClient {
  return createWsClient({ url: `${url.replace(/^http/, "ws")}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 });
}

/** What graphql-ws and graphql-sse have in common. */
interface OneRoad {
  subscribe(
    request: { readonly query: string; readonly variables: Variables },
    sink: { next(result: unknown): void; error(error: unknown): void; complete(): void },
  ): () => void;
  dispose(): void | Promise<void>;
}

/** A client whose every operation goes the way of subscriptions. */
function overOneRoad(client: OneRoad): RealClient {
  const follow: RealClient["subscribe"] = (query, variables, tell) =>
    client.subscribe(
      { query, variables: variables as Variables },
      {
        next: (result) => tell(resultOf(result as FormattedExecutionResult)),
        error: (error) => tell(problemOf(error)),
        complete: () => undefined,
      },
    );
  return {
    subscribe: follow,
    run: (query, variables) => new Promise((resolve) => void follow(query, variables, resolve)),
    close: async () => client.dispose(),
  };
}

function graphqlWs(url: string): RealClient {
  return overOneRoad(createWs(url));
}

/** In distinct connections mode: a request for each operation. */
function graphqlSse(url: string): RealClient {
  return overOneRoad(createSseClient({ url: `${url}/graphql`, singleConnection: false, retryAttempts: 0 }));
}

/** Subscriptions over graphql-ws, the rest over HTTP. */
function urql(url: string): RealClient {
  const sockets = createWs(url);
  const client = new UrqlClient({
    url: `${url}/graphql`,
    preferGetMethod: false,
    exchanges: [
      subscriptionExchange({
        forwardSubscription: ({ query = "", variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: sockets.subscribe(
              { query, variables: variables as Variables },
              {
                next: (result) => sink.next(result as ExecutionResult),
                error: (error) => sink.error(error),
                complete: () => sink.complete(),
              },
            ),
          }),
        }),
      }),
      fetchExchange,
    ],
  });
  type Told = Pick<OperationResult, "data" | "error" | "hasNext">;
  const result = ({ data, error }: Told): Result => {
    if (error === undefined) return { data };
    return problemOf(error.graphQLErrors.length > 0 ? error.graphQLErrors : error);
  };
  return {
    subscribe: (query, variables, tell) => {
      let last: Told | undefined;
      const hear = (told: Told) => {
        // At the end of a subscription urql tells its last result again.
        const isRepeated = last !== undefined && told.data === last.data && `${told.error}` === `${last.error}`;
        last = told;
        if (told.hasNext || !isRepeated) tell(result(told));
      };
      return client.subscription(query, variables).subscribe(hear).unsubscribe;
    },
    run: async (query, variables) => {
      const isMutation = query.trimStart().startsWith("mutation");
      return result(
        await (isMutation ? client.mutation(query, variables) : client.query(query, variables)).toPromise(),
      );
    },
    close: async () => sockets.dispose(),
  };
}

/** Subscriptions over graphql-ws, the rest over HTTP; without the cache, which merges what an event tells into others. */
function apollo(url: string): RealClient {
  // The link looks at the WebSocket of browsers, which older versions of Node do not have.
  Object.assign(globalThis, { WebSocket: globalThis.WebSocket ?? WebSocket });
  const sockets = createWs(url);
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(sockets),
      new HttpLink({ uri: `${url}/graphql` }),
    ),
  });
  const fetchPolicy = "no-cache";
  const problem = (error: unknown) => problemOf(CombinedGraphQLErrors.is(error) ? error.errors : error);
  const result = ({ data, error }: { data?: unknown; error?: unknown }): Result =>
    error === undefined ? { data } : problem(error);
  return {
    subscribe: (query, variables, tell) => {
      const told = client.subscribe({ query: gql(query), variables, fetchPolicy });
      const subscription = told.subscribe((value) => tell(result(value)));
      return () => subscription.unsubscribe();
    },
    run: async (query, variables) => {
      const document = gql(query);
      const isMutation = query.trimStart().startsWith("mutation");
      const answered = isMutation
        ? client.mutate({ mutation: document, variables, fetchPolicy })
        : client.query({ query: document, variables, fetchPolicy });
      return answered.then(result, problem);
    },
    close: async () => {
      client.stop();
      await sockets.dispose();
    },
  };
}

/** Each connects to the server at http://HOST:PORT. */
export const REAL_CLIENTS: readonly { readonly name: string; readonly create: (url: string) => RealClient }[] = [
  { name: "graphql-ws", create: graphqlWs },
  { name: "graphql-sse", create: graphqlSse },
  { name: "urql", create: urql },
  { name: "Apollo Client", create: apollo },
];
