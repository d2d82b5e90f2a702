// GraphQL Yoga, set up for this server: no CORS, no batches, no uploads, masked errors, bounded documents.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { DocumentNode, GraphQLSchema } from "graphql";
import { createYoga, type YogaServerInstance } from "graphql-yoga";
import { createDocumentCache } from "./documentCache.ts";
import { createErrorMask, UNEXPECTED_MESSAGE } from "./errors.ts";
import { OPERATION_LIMITS } from "./limits.ts";
import type { Log } from "./log.ts";
import type { MakeContext, OperationOrigin } from "./operation.ts";
import { OperationGuard } from "./operationLimits/guard.ts";
import type { TrustedDocuments } from "./operationLimits/trustedDocuments.ts";
import type { ServerWatch } from "./watch.ts";
import { executeWatched } from "./watchedExecution.ts";
import { hideSchema, limitDocuments, limitOperations } from "./yogaLimits.ts";

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
  /** Whoever has none is not seen: no metrics, no spans, no lines of single operations. */
  readonly watch?: ServerWatch | undefined;
  /** Lets operations in; without it, one with the usual limits does. */
  readonly guard?: OperationGuard | undefined;
  /** Only these documents are executed; all where there are none. */
  readonly trustedDocuments?: TrustedDocuments | undefined;
}

/** A syntax error is cheap to find again, and a kept one would carry what another transport noted on it. */
const keepNoErrors = { get: () => undefined, set: () => undefined };

/** The Yoga that parses, validates and executes for all transports, and answers the unusual HTTP requests itself. */
export function createGraphqlYoga(options: GraphqlOptions): Yoga {
  const { schema, makeContext, log, watch, trustedDocuments } = options;
  const guard = options.guard ?? new OperationGuard(schema, OPERATION_LIMITS);
  const maskError = createErrorMask(log);
  const documentCache = createDocumentCache<DocumentNode>();
  return createYoga<ServerContext, object>({
    schema,
    graphqlEndpoint: GRAPHQL_PATH,
    context: ({ origin }) => makeContext(origin),
    plugins: [
      limitDocuments(schema, guard, documentCache, trustedDocuments),
      ...(guard.limits.introspection === "on" ? [] : [hideSchema(guard)]),
      executeWatched(watch),
      limitOperations(guard),
    ],
    extraParamNames: trustedDocuments === undefined ? [] : ["documentId"],
    maskedErrors: { errorMessage: UNEXPECTED_MESSAGE, maskError },
    parserAndValidationCache: { documentCache, errorCache: keepNoErrors },
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
