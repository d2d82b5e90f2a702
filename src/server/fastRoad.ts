// The short way for ordinary GraphQL requests: from node's http straight to execution, parsed and validated by Yoga.
// Building fetch's Request and Response objects costs several times as much as a small operation itself.
import type { IncomingMessage, ServerResponse } from "node:http";
import { type DocumentNode, type ExecutionArgs, type ExecutionResult, GraphQLError, getOperationAST } from "graphql";
import { processRegularResult } from "graphql-yoga";
import { createDocumentCache } from "./documentCache.ts";
import { createErrorMask } from "./errors.ts";
import { type GraphqlParams, JSON_TYPES, readBodyParams, readDocument } from "./graphqlParams.ts";
import type { OperationOrigin } from "./operation.ts";
import { asksForCost, type OperationGuard } from "./operationLimits/guard.ts";
import { watchExecution } from "./watchedExecution.ts";
import { GRAPHQL_PATH, type GraphqlOptions, POST_REQUEST, type ServerContext, type Yoga } from "./yoga.ts";

type AnswerType = "application/json" | "application/graphql-response+json";

/** The accept headers that clients send as a rule, and what Yoga answers them with. */
const ANSWER_TYPES: ReadonlyMap<string, AnswerType> = new Map([
  ["", "application/json"],
  ["*/*", "application/json"],
  ["application/json", "application/json"],
  ["application/json, text/plain, */*", "application/json"],
  ["application/json, application/graphql-response+json", "application/json"],
  ["application/json, multipart/mixed", "application/json"],
  ["application/graphql-response+json", "application/graphql-response+json"],
  ["application/graphql-response+json, application/json", "application/graphql-response+json"],
  ["application/graphql-response+json,application/json;q=0.9", "application/graphql-response+json"],
  ["application/graphql-response+json, application/json;q=0.9", "application/graphql-response+json"],
]);

function isQueryOrMutation(document: DocumentNode, operationName: string | null | undefined): boolean {
  const operation = getOperationAST(document, operationName);
  return operation !== null && operation !== undefined && operation.operation !== "subscription";
}

/** True if the fast road may try this request; it must be asked before the body is read. */
export function isOrdinaryRequest({ url, method, headers }: IncomingMessage): boolean {
  return (
    method === "POST" &&
    url === GRAPHQL_PATH &&
    JSON_TYPES.has(headers["content-type"] ?? "") &&
    ANSWER_TYPES.has(headers.accept ?? "") &&
    headers["content-encoding"] === undefined
  );
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(text) }).end(text);
}

/** Status, headers and body of a result with errors are Yoga's own business. */
async function sendWithErrors(yoga: Yoga, response: ServerResponse, type: AnswerType, result: ExecutionResult) {
  const answer = processRegularResult(result as Parameters<typeof processRegularResult>[0], yoga.fetchAPI, type);
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  send(response, answer.status, answer.headers.get("content-type") ?? type, await answer.text());
}

/**
 * Answers an ordinary request as Yoga would, and says whether it did. Where it answers false nothing has been executed
 * or sent: the request is Yoga's. Yoga's hooks on parsing and validation run here once for each document that is kept;
 * its hooks on HTTP, context and execution do not.
 */
export function createFastRoad(yoga: Yoga, guard: OperationGuard, options: GraphqlOptions) {
  const { schema, makeContext, log, watch, trustedDocuments } = options;
  const maskError = createErrorMask(log);
  const execution = watchExecution(watch);
  const validForAll = createDocumentCache<DocumentNode>();
  const validWithSchema = createDocumentCache<DocumentNode>();

  function validDocument(context: ServerContext, params: GraphqlParams): DocumentNode | undefined {
    // What is valid for those who are told the schema need not be for others.
    const validDocuments = guard.tellsSchema(context.origin) ? validWithSchema : validForAll;
    const known = validDocuments.get(params.query);
    if (known !== undefined) return known;
    const enveloped = yoga.getEnveloped({ ...context, request: POST_REQUEST, params });
    const document = readDocument(enveloped, params.query);
    if (document !== undefined) validDocuments.set(params.query, document);
    return document;
  }

  async function execute(
    origin: OperationOrigin,
    document: DocumentNode,
    { variables = null, operationName = null, extensions }: GraphqlParams,
  ): Promise<ExecutionResult> {
    const tellsCost = asksForCost(origin.headers, extensions);
    const admitted = guard.admit({ origin, document, operationName, variables, tellsCost });
    if (admitted instanceof GraphQLError) {
      watch?.refused(origin.transport, [admitted]);
      return { errors: [admitted] };
    }
    try {
      const result = await guard.finish(admitted, async () => {
        const contextValue = await makeContext(origin);
        const args: ExecutionArgs = { schema, document, contextValue, variableValues: variables, operationName };
        return execution.execute(args, origin);
      });
      return result.errors === undefined ? result : { ...result, errors: result.errors.map(maskError) };
    } catch (error) {
      return { errors: [maskError(error)] };
    }
  }

  return async (context: ServerContext, response: ServerResponse, body: Buffer): Promise<boolean> => {
    const read = guard.timed(
      () => context.origin,
      () => {
        const params = readBodyParams(body, trustedDocuments);
        return params && { params, document: validDocument(context, params) };
      },
    );
    if (read?.document === undefined || !isQueryOrMutation(read.document, read.params.operationName)) return false;
    const { params, document } = read;
    const type = ANSWER_TYPES.get(context.req.headers.accept ?? "") ?? "application/json";
    const result = await execute(context.origin, document, params);
    if (result.errors === undefined && result.extensions === undefined) {
      send(response, 200, `${type}; charset=utf-8`, JSON.stringify(result));
    } else {
      await sendWithErrors(yoga, response, type, result);
    }
    return true;
  };
}
