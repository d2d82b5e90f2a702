// GraphQL over WebSocket (graphql-transport-ws): the operations of one socket do not disturb each other.
import { setTimeout as sleep } from "node:timers/promises";
import { type ExecutionResult, type FormattedExecutionResult, GraphQLError } from "graphql";
import { makeServer, type Server } from "graphql-ws";
import type { Access } from "./access.ts";
import { createErrorMask, publicError } from "./errors.ts";
import { OPERATIONS_PER_SOCKET_MAX, SPENT_ANSWER_DELAY_MS, type StreamLimits } from "./limits.ts";
import type { Log } from "./log.ts";
import type { Admit } from "./operation.ts";
import type { OperationGuard } from "./operationLimits/guard.ts";
import { addressKey } from "./operationLimits/rateKey.ts";
import { tooManySockets } from "./operationLimits/refusals.ts";
import type { TrustedDocuments } from "./operationLimits/trustedDocuments.ts";
import type { ReadingTurns } from "./readingTurns.ts";
import type { Subscriptions } from "./streams/subscriptions.ts";
import { originOf, type Visit, type VisitContext } from "./visit.ts";
import { TRY_AGAIN_LATER, Visitors } from "./visitors.ts";
import type { ServerWatch } from "./watch.ts";
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
  const message = `At most ${OPERATIONS_PER_SOCKET_MAX} operations may be open on one WebSocket.`;
  if (!extra.mayBeRefused()) extra.closeFlooding(TOO_MANY, message);
  return refusal("TOO_MANY_OPERATIONS", message);
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
  readonly access: Access;
  readonly watch?: ServerWatch | undefined;
  readonly guard: OperationGuard;
  /** Whose turn it is among those who send large messages. */
  readonly readingTurns: ReadingTurns;
  readonly trustedDocuments?: TrustedDocuments | undefined;
}

/** A client who sends more, or has more sockets, than he may. */
export const TOO_MANY = 4429;

/** Counts a socket for who has named himself on it, where that is another than its address. */
function countFor(guard: OperationGuard, context: VisitContext): boolean {
  const origin = originOf(context);
  const client = guard.clientOf(origin);
  if (client === addressKey(origin.address)) return true;
  const leave = guard.sockets.enter(client);
  if (leave === undefined) {
    context.extra.close(TOO_MANY, "Too many sockets");
    return false;
  }
  context.extra.request.socket.once("close", leave);
  return true;
}

/** Sends one away for now whose budget is spent, slowly: clients come back by themselves. */
async function isSpent({ guard, watch }: WebSocketProtocolOptions, context: VisitContext): Promise<boolean> {
  const spent = guard.spent(guard.clientOf(originOf(context)));
  if (spent === undefined) return false;
  watch?.refused("websocket", [spent]);
  await sleep(SPENT_ANSWER_DELAY_MS);
  context.extra.close(TRY_AGAIN_LATER, spent.message);
  return true;
}

function isRateLimited({ extensions }: GraphQLError): boolean {
  return extensions["code"] === "RATE_LIMITED";
}

/** The protocol's server: give it each socket by `opened`, with a Visit beside it. */
export function createWebSocketProtocol(options: WebSocketProtocolOptions): Server<Visit> {
  const { yoga, log, subscriptions, limits, admit, access, watch, guard } = options;
  const maskError = createErrorMask(log);
  const visitors = new Visitors(access, admit);
  const operations = new WebSocketOperations(yoga, guard, subscriptions, maskError);
  return makeServer<Record<string, unknown>, Visit>({
    connectionInitWaitTimeout: limits.connectionInitWaitMs,
    onConnect: async (context) => {
      if (!(await visitors.welcome(context))) return false;
      if (await isSpent(options, context)) return false;
      if (!countFor(guard, context)) {
        watch?.refused("websocket", [tooManySockets(guard.limits.socketsPerClientMax)]);
        return false;
      }
      const { request, admitted } = context.extra;
      await guard.turn(
        () => originOf(context),
        () => request.socket.destroyed,
      );
      admitted();
      return true;
    },
    onClose: ({ extra }) => visitors.left(extra),
    // What is thrown here would close the socket, and every other subscription on it.
    onSubscribe: async (context, id, payload) => refuseOperation(context) ?? operations.prepare(context, id, payload),
    execute: (args) => operations.execute(args),
    subscribe: (args) => operations.subscribe(args),
    onNext: (_context, _id, _payload, _args, result) => publicResult(operations.masked(result as ExecutionResult)),
    onError: ({ extra }, id, _payload, errors) => {
      leaveId(extra, id);
      watch?.refused("websocket", errors);
      if (errors.some(isRateLimited)) extra.slowDown();
      return errors.map((error) => publicError(maskError(error)));
    },
    onComplete: ({ extra }, id) => leaveId(extra, id),
  });
}
