// GraphQL over WebSocket (graphql-transport-ws): the operations of one socket do not disturb each other.
import type { IncomingMessage } from "node:http";
import { type ExecutionArgs, type ExecutionResult, type FormattedExecutionResult, GraphQLError } from "graphql";
import { type Context, makeServer, type OperationResult, type Server, type SubscribePayload } from "graphql-ws";
import { createErrorMask, publicError } from "./errors.ts";
import { OPERATIONS_PER_SOCKET_MAX, type StreamLimits } from "./limits.ts";
import type { Log } from "./log.ts";
import type { Admit, OperationOrigin } from "./operation.ts";
import { DeliveredIterator } from "./streams/deliveredIterator.ts";
import type { Outlet } from "./streams/outlet.ts";
import type { Subscriptions } from "./streams/subscriptions.ts";
import { type Enveloped, POST_REQUEST, type ServerContext, type Yoga } from "./yoga.ts";

/** What is known of one socket. */
export interface Visit {
  /** The request that it came with. */
  readonly request: IncomingMessage;
  /** Ids of the queries and mutations that are not answered yet; subscriptions leave when they begin. */
  readonly underWay: Set<string>;
  /** A visitor who was asked to leave may start nothing new. */
  leaving: boolean;
  /** The way to the visitor for what goes past graphql-ws: the messages of subscriptions that are followed. */
  readonly outlet: Outlet;
  readonly write: (message: Buffer) => void;
}

/** A message's last byte, after the result. */
const END = "}".charCodeAt(0);

/** What stands before the result in a message of an operation. */
function beginningOf(id: string): Buffer {
  return Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
}

type VisitContext = Context<Record<string, unknown>, Visit>;

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

/** The bytes of a message, put together at once: this runs for each message and client. */
function messageOf(beginning: Buffer, rendered: Buffer): Buffer {
  const end = beginning.length + rendered.length;
  const message = Buffer.allocUnsafe(end + 1);
  message.set(beginning);
  message.set(rendered, beginning.length);
  message[end] = END;
  return message;
}

function originOf({ extra, connectionParams = {} }: VisitContext): OperationOrigin {
  return { transport: "websocket", headers: extra.request.headers, connectionParams };
}

/** An operation that was parsed and validated. */
interface Prepared {
  readonly enveloped: Enveloped;
  readonly visit: Visit;
  readonly id: string;
  /** The document as it came. */
  readonly text: string;
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
  const prepared = new WeakMap<ExecutionArgs, Prepared>();

  async function prepare(context: VisitContext, id: string, payload: SubscribePayload) {
    const { extra: visit } = context;
    const start: ServerContext = { origin: originOf(context), req: visit.request };
    const enveloped = yoga.getEnveloped({ ...start, request: POST_REQUEST, params: payload });
    const document = enveloped.parse(payload.query);
    const faults: readonly GraphQLError[] = enveloped.validate(enveloped.schema, document);
    if (faults.length > 0) return faults;
    const args: ExecutionArgs = {
      schema: enveloped.schema,
      document,
      contextValue: await enveloped.contextFactory(),
      variableValues: payload.variables ?? null,
      operationName: payload.operationName ?? null,
    };
    prepared.set(args, { enveloped, visit, id, text: payload.query });
    return args;
  }

  function preparedFor(args: ExecutionArgs): Prepared {
    const found = prepared.get(args);
    if (found === undefined) throw new Error("only operations that were prepared are executed");
    return found;
  }

  async function guarded(run: () => OperationResult): Promise<Awaited<OperationResult>> {
    try {
      return await run();
    } catch (error) {
      return { errors: [maskError(error)] };
    }
  }

  async function subscribe(args: ExecutionArgs): Promise<Awaited<OperationResult>> {
    const { visit, id, text } = preparedFor(args);
    visit.underWay.delete(id);
    const begun = await subscriptions.begin(args, text);
    if (begun.kind === "refused") return masked(begun.result);
    if (begun.kind === "iterated") return begun.results as Awaited<OperationResult>;
    const { operation } = begun;
    const beginning = beginningOf(id);
    return new DeliveredIterator({
      begin: (onFailed) =>
        subscriptions.deliver(operation, {
          outlet: visit.outlet,
          write: (rendered) => visit.write(messageOf(beginning, rendered)),
          onFailed,
        }),
      abandon: () => operation.following.source.close(),
    });
  }

  function masked(result: ExecutionResult): ExecutionResult {
    return result.errors === undefined ? result : { ...result, errors: result.errors.map(maskError) };
  }

  return makeServer<Record<string, unknown>, Visit>({
    connectionInitWaitTimeout: limits.connectionInitWaitMs,
    onConnect: (context) => admit(originOf(context)),
    // What is thrown here would close the socket, and every other subscription on it.
    onSubscribe: async (context, id, payload) => {
      const refused = refuseOperation(context);
      if (refused !== undefined) return refused;
      context.extra.underWay.add(id);
      return prepare(context, id, payload).catch((error: unknown) => [maskError(error)]);
    },
    execute: (args) => guarded(() => preparedFor(args).enveloped.execute(args)),
    subscribe: (args) => guarded(() => subscribe(args)),
    onNext: (_context, _id, _payload, _args, result) => publicResult(masked(result as ExecutionResult)),
    onError: ({ extra }, id, _payload, errors) => {
      extra.underWay.delete(id);
      return errors.map((error) => publicError(maskError(error)));
    },
    onComplete: ({ extra }, id) => void extra.underWay.delete(id),
  });
}
