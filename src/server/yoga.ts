// GraphQL Yoga, set up for this server: no CORS, no batches, no uploads, masked errors, bounded documents.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { DocumentNode, GraphQLSchema } from "graphql";
import { createYoga, type Plugin, type YogaServerInstance } from "graphql-yoga";
import { createDocumentCache } from "./documentCache.ts";
import { createErrorMask, UNEXPECTED_MESSAGE } from "./errors.ts";
import { executeWithGraphqlJs } from "./execution.ts";
import { DOCUMENT_TOKENS_MAX } from "./limits.ts";
import type { Log } from "./log.ts";
import type { MakeContext, OperationOrigin } from "./operation.ts";

export const GRAPHQL_PATH = "/graphql";

/** What every operation's context starts from, on each of the three roads: Yoga's, the fast one and WebSocket. */
export interface ServerContext {
  readonly origin: OperationOrigin;
  readonly req: IncomingMessage;
  readonly res?: ServerResponse;
}

export type Yoga = YogaServerInstance<ServerContext, object>;

/** Yoga's functions for one operation. */
export type Enveloped = ReturnType<Yoga["getEnveloped"]>;

/** Yoga's hooks want to know the method of the request they work for, and nothing else of it. */
export const POST_REQUEST = Object.freeze({ method: "POST" });

export interface GraphqlOptions {
  readonly schema: GraphQLSchema;
  readonly makeContext: MakeContext;
  readonly log: Log;
}

const limitDocuments: Plugin = {
  onParse({ parseFn, setParseFn }) {
    setParseFn((source, options) => parseFn(source, { ...options, maxTokens: DOCUMENT_TOKENS_MAX }));
  },
};

/** A syntax error is cheap to find again, and a kept one would carry what another transport noted on it. */
const keepNoErrors = { get: () => undefined, set: () => undefined };

/** The Yoga that parses, validates and executes for all transports, and answers the unusual HTTP requests itself. */
export function createGraphqlYoga({ schema, makeContext, log }: GraphqlOptions): Yoga {
  const maskError = createErrorMask(log);
  return createYoga<ServerContext, object>({
    schema,
    graphqlEndpoint: GRAPHQL_PATH,
    context: ({ origin }) => makeContext(origin),
    plugins: [limitDocuments, executeWithGraphqlJs],
    maskedErrors: { errorMessage: UNEXPECTED_MESSAGE, maskError },
    parserAndValidationCache: { documentCache: createDocumentCache<DocumentNode>(), errorCache: keepNoErrors },
    // The mask logs what it masks; Yoga would log it twice more.
    logging: { debug: () => undefined, info: () => undefined, warn: (text) => log.warn(text), error: () => undefined },
    // The body is read, and its size limited, before it comes to Yoga.
    maxRequestBodySize: false,
    batching: false,
    multipart: false,
    cors: false,
    graphiql: false,
    landingPage: false,
  });
}
