// Watching the server at work: metrics, lines of the log and spans of each request and operation, told in one place.
import type { IncomingMessage, ServerResponse } from "node:http";
import { type ExecutionArgs, GraphQLError } from "graphql";
import { isUnexpected } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics/metrics.ts";
import type { OperationLabel } from "./metrics/operationNames.ts";
import type { OperationOrigin } from "./operation.ts";
import { requestIdOf } from "./requestIds.ts";
import { routeOf } from "./routes.ts";
import type { OpenSubscriptions } from "./streams/subscriptions.ts";
import type { Traces } from "./traces.ts";

/** What of a server can be counted when somebody looks. */
export interface OpenConnections {
  webSockets(): number;
  eventStreams(): number;
  subscriptions(): OpenSubscriptions;
  /** How many subscriptions follow each field. */
  subscribers(): Readonly<Record<string, number>>;
  /** Clients who were given up so far, because they took nothing. */
  stalled(): number;
  deliveryDelayMs(): Promise<number>;
}

export interface ServerWatch {
  readonly metrics: Metrics;
  /** Around the answer to a request; its end is noted whenever it comes. */
  request(request: IncomingMessage, response: ServerResponse, work: () => Promise<void>): Promise<void>;
  /** Around the execution of an operation, or the beginning of a subscription; `errorsOf` finds those of its result. */
  operation<Result>(
    args: ExecutionArgs,
    origin: OperationOrigin,
    errorsOf: (result: Result) => readonly unknown[],
    work: () => Promise<Result>,
  ): Promise<Result>;
  /** Told of an operation that is not executed, and why. */
  refused(transport: OperationOrigin["transport"], errors: readonly unknown[]): void;
}

export interface WatchOptions {
  readonly metrics: Metrics;
  readonly log: Log;
  readonly traces?: Traces | undefined;
}

export function createWatch({ metrics, log, traces }: WatchOptions): ServerWatch {
  const told = createTelling(metrics, log);
  return {
    metrics,
    request: (request, response, work) => {
      const route = routeOf(request.url);
      metrics.http.begun(route, response);
      if (log.isLevelEnabled("debug")) logRequest(log, request, response);
      if (traces === undefined) return work();
      const attributes = { "http.request.method": request.method ?? "", "papertape.request_id": requestIdOf(request) };
      return traces.request(`${request.method} ${route}`, request.headers, attributes, work);
    },
    operation: (args, origin, errorsOf, work) => {
      const label = metrics.names.labelOf(args);
      const run = () => told(label, args, origin, errorsOf, work);
      if (traces === undefined) return run();
      const { operation, kind } = label;
      const attributes = { "graphql.operation.type": kind, "graphql.operation.name": operation };
      return traces.within(`${kind} ${operation}`, attributes, run);
    },
    refused: (transport, errors) => {
      const code = errors.map(codeOf).find((found) => typeof found === "string" && OWN_CODE.test(found));
      metrics.operations.refused(transport, typeof code === "string" ? code : "OTHER");
    },
  };
}

/** Notes how an operation ended. What an error is worth is asked only where there is one. */
function createTelling(metrics: Metrics, log: Log) {
  return async <Result>(
    label: OperationLabel,
    args: ExecutionArgs,
    origin: OperationOrigin,
    errorsOf: (result: Result) => readonly unknown[],
    work: () => Promise<Result>,
  ): Promise<Result> => {
    const begunMs = performance.now();
    let errors: readonly unknown[] = [];
    try {
      const result = await work();
      errors = errorsOf(result);
      return result;
    } catch (error) {
      errors = [error];
      throw error;
    } finally {
      const tookMs = performance.now() - begunMs;
      const outcome = errors.length === 0 ? "ok" : errors.some(isUnexpected) ? "failed" : "errors";
      metrics.operations.ended(label, origin.transport, outcome, tookMs / 1000);
      if (log.isLevelEnabled("debug")) {
        const { transport, requestId } = origin;
        const codes = errors.length === 0 ? undefined : errors.map(codeOf);
        const account = accountOf(args.variableValues);
        log.debug({ requestId, transport, ...label, account, outcome, codes, tookMs: rounded(tookMs) }, "operation");
      }
    }
  };
}

/** What codes of errors look like: all are the server's own. */
const OWN_CODE = /^[A-Z][A-Z_]{0,39}$/;

function codeOf(error: unknown): unknown {
  return error instanceof GraphQLError ? error.extensions["code"] : undefined;
}

function logRequest(log: Log, request: IncomingMessage, response: ServerResponse): void {
  const begunMs = performance.now();
  const { method } = request;
  response.once("close", () => {
    const tookMs = rounded(performance.now() - begunMs);
    const [path] = (request.url ?? "").split("?");
    log.debug({ requestId: requestIdOf(request), method, path, status: response.statusCode, tookMs }, "request");
  });
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** Ids and names of accounts are no longer than this. */
const ACCOUNT_CHARS_MAX = 64;

/** The account that an operation names in its variables, on their first or second level. */
function accountOf(variables: unknown): string | undefined {
  const given = nameOf(variables);
  if (given !== undefined || typeof variables !== "object" || variables === null) return given;
  return Object.values(variables)
    .map(nameOf)
    .find((name) => name !== undefined);
}

function nameOf(values: unknown): string | undefined {
  if (typeof values !== "object" || values === null) return undefined;
  const { account, accountId = account } = values as Record<string, unknown>;
  return typeof accountId === "string" && accountId.length <= ACCOUNT_CHARS_MAX ? accountId : undefined;
}
