// GraphQL over WebSocket (graphql-transport-ws): the operations of one socket do not disturb each other.
import type { IncomingMessage } from "node:http";
import { type ExecutionArgs, type ExecutionResult, type FormattedExecutionResult, GraphQLError } from "graphql";
import { type Context, makeServer, type OperationResult, type Server, type SubscribePayload } from "graphql-ws";
import { createErrorMask, publicError } from "./errors.ts";
import { CONNECTION_INIT_WAIT_MS, OPERATIONS_PER_SOCKET_MAX } from "./limits.ts";
import type { Log } from "./log.ts";
import { type Enveloped, POST_REQUEST, type ServerContext, type Yoga } from "./yoga.ts";

/** What is known of one socket. */
export interface Visit {
  /** The request that it came with. */
  readonly request: IncomingMessage;
  /** Ids of the queries and mutations that are not answered yet; subscriptions leave when they begin. */
  readonly underWay: Set<string>;
  /** A visitor who was asked to leave may start nothing new. */
  leaving: boolean;
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

/** The protocol's server: give it each socket by `opened`, with a Visit beside it. */
export function createWebSocketProtocol(yoga: Yoga, log: Log): Server<Visit> {
  const maskError = createErrorMask(log);
  const prepared = new WeakMap<ExecutionArgs, { readonly enveloped: Enveloped; readonly leaveUnderWay: () => void }>();

  async function prepare({ extra, connectionParams = {} }: VisitContext, id: string, payload: SubscribePayload) {
    const { request: req, underWay } = extra;
    const start: ServerContext = { origin: { transport: "websocket", headers: req.headers, connectionParams }, req };
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
    prepared.set(args, { enveloped, leaveUnderWay: () => underWay.delete(id) });
    return args;
  }

  function preparedFor(args: ExecutionArgs) {
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

  return makeServer<Record<string, unknown>, Visit>({
    connectionInitWaitTimeout: CONNECTION_INIT_WAIT_MS,
    // What is thrown here would close the socket, and every other subscription on it.
    onSubscribe: async (context, id, payload) => {
      const refused = refuseOperation(context);
      if (refused !== undefined) return refused;
      context.extra.underWay.add(id);
      return prepare(context, id, payload).catch((error: unknown) => [maskError(error)]);
    },
    execute: (args) => guarded(() => preparedFor(args).enveloped.execute(args)),
    subscribe: (args) => {
      preparedFor(args).leaveUnderWay();
      return guarded(() => preparedFor(args).enveloped.subscribe(args));
    },
    onNext: (_context, _id, _payload, _args, result) => publicResult(result as ExecutionResult),
    onError: ({ extra }, id, _payload, errors) => {
      extra.underWay.delete(id);
      return errors.map((error) => publicError(maskError(error)));
    },
    onComplete: ({ extra }, id) => void extra.underWay.delete(id),
  });
}
