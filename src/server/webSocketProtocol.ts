// GraphQL over WebSocket (graphql-transport-ws): the operations of one socket do not disturb each other.
import { type ExecutionResult, type FormattedExecutionResult, GraphQLError } from "graphql";
import { makeServer, type Server } from "graphql-ws";
import { createErrorMask, publicError } from "./errors.ts";
import { OPERATIONS_PER_SOCKET_MAX, type StreamLimits } from "./limits.ts";
import type { Log } from "./log.ts";
import type { Admit } from "./operation.ts";
import type { Subscriptions } from "./streams/subscriptions.ts";
import { originOf, type Visit, type VisitContext } from "./visit.ts";
import { WebSocketOperations } from "./webSocketOperations.ts";
import type { Yoga } from "./yoga.ts";

/** The result as clients see it, where that is another than what is sent anyway. */
function publicResult({ errors, ...result }: ExecutionResult): FormattedExecutionResult | undefined {
  return errors === undefined ? undefined : { ...result, errors: errors.map(publicError) };
}

function refusal(code: string, message: string): readonly GraphQLError[] {
  return [new GraphQLError(message, { extensions: { code } })];
}

function refuseOperation({ extra, subscriptions }: VisitContext): readonly GraphQLError[] | undefined {
  if (extra.leaving) return refusal("SERVER_CLOSING", "The server is closing: connect again.");
  if (Object.keys(subscriptions).length <= OPERATIONS_PER_SOCKET_MAX) return undefined;
  return refusal(
    "TOO_MANY_OPERATIONS",
    `At most ${OPERATIONS_PER_SOCKET_MAX} operations may be open on one WebSocket.`,
  );
}

function leaveId({ underWay, ids }: Visit, id: string): void {
  underWay.delete(id);
  ids.free(id);
}

export interface WebSocketProtocolOptions {
  readonly yoga: Yoga;
  readonly log: Log;
  readonly subscriptions: Subscriptions;
  readonly limits: StreamLimits;
  readonly admit: Admit;
}

/** The protocol's server: give it each socket by `opened`, with a Visit beside it. */
export function createWebSocketProtocol(options: WebSocketProtocolOptions): Server<Visit> {
  const { yoga, log, subscriptions, limits, admit } = options;
  const maskError = createErrorMask(log);
  const operations = new WebSocketOperations(yoga, subscriptions, maskError);
  return makeServer<Record<string, unknown>, Visit>({
    connectionInitWaitTimeout: limits.connectionInitWaitMs,
    onConnect: (context) => admit(originOf(context)),
    // What is thrown here would close the socket, and every other subscription on it.
    onSubscribe: async (context, id, payload) => refuseOperation(context) ?? operations.prepare(context, id, payload),
    execute: (args) => operations.execute(args),
    subscribe: (args) => operations.subscribe(args),
    onNext: (_context, _id, _payload, _args, result) => publicResult(operations.masked(result as ExecutionResult)),
    onError: ({ extra }, id, _payload, errors) => {
      leaveId(extra, id);
      return errors.map((error) => publicError(maskError(error)));
    },
    onComplete: ({ extra }, id) => leaveId(extra, id),
  });
}
