// The roads that a GraphQL operation can come by: ordinary requests, event streams, WebSockets, and Yoga for all others.
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { GraphQLError } from "graphql";
import { type Access, LOCAL_ACCESS } from "./access.ts";
import { EventStreams, sendRefusal, takesEventStream } from "./eventStreams.ts";
import { createFastRoad, isOrdinaryRequest } from "./fastRoad.ts";
import { createGraphiqlPage, type ExampleOperation, wantsPage } from "./graphiqlPage.ts";
import { urlParamThatIsNoJson, withTrustedUrl } from "./graphqlParams.ts";
import { createLetIn, type LetIn } from "./letIn.ts";
import {
  OPERATION_LIMITS,
  type OperationLimits,
  REFUSED_COST,
  SPENT_ANSWER_DELAY_MS,
  STREAM_LIMITS,
  type StreamLimits,
  TOO_LARGE_BODY_COST,
} from "./limits.ts";
import type { Admit } from "./operation.ts";
import { type ChargeWork, OperationGuard } from "./operationLimits/guard.ts";
import type { RateKeyOf } from "./operationLimits/rateKey.ts";
import { type NotReadCode, noJson, notRead, unsupportedType } from "./operationLimits/refusals.ts";
import { CLOSING, sendReadiness } from "./plainPages.ts";
import { ReadingTurns } from "./readingTurns.ts";
import { BodyRoom, readBody, sendNotRead } from "./requestBody.ts";
import { originOfRequest, transportOf } from "./requestOrigin.ts";
import { Subscriptions } from "./streams/subscriptions.ts";
import type { ServerWatch } from "./watch.ts";
import { watchExecution } from "./watchedExecution.ts";
import { WebSockets } from "./webSockets.ts";
import { createGraphqlYoga, type GraphqlOptions, type ServerContext } from "./yoga.ts";

export interface GraphqlRoadOptions extends GraphqlOptions {
  /** GraphiQL's tabs for those who open it for the first time. */
  readonly examples: readonly ExampleOperation[];
  /** Who may come in, on every road; everybody on this machine by default. */
  readonly access?: Access | undefined;
  /** Whether one may come in by WebSocket; everybody by default. One who may not is closed with 4403. */
  readonly admit?: Admit | undefined;
  /** In place of the usual limits on time. */
  readonly limits?: Partial<StreamLimits>;
  /** In place of the usual limits on operations and sockets. */
  readonly operationLimits?: Partial<OperationLimits> | undefined;
  /** Whose budget an operation is of; by its address where this is not given. */
  readonly rateKeyOf?: RateKeyOf | undefined;
}

export interface GraphqlRoads {
  /** Answers a request to the GraphQL endpoint. */
  answerGraphql(req: IncomingMessage, res: ServerResponse): Promise<void>;
  readonly webSockets: WebSockets;
  readonly eventStreams: EventStreams;
  readonly subscriptions: Subscriptions;
  readonly bodies: BodyRoom;
  readonly charge: ChargeWork;
  /** The door of this endpoint, for the other roads. */
  readonly letIn: LetIn;
  /** Answers a request to the GraphQL endpoint when the end has begun. */
  turnAway(req: IncomingMessage, res: ServerResponse): void;
}

/** What a form of any page can send without being asked: Yoga would take it. It refuses the other two itself. */
const FORM_TYPE = /^\s*application\/x-www-form-urlencoded/i;

function isFormPost({ headers }: IncomingMessage): boolean {
  return FORM_TYPE.test(headers["content-type"] ?? "");
}

/** Why a body was not read, or one was not let in, as those are told who count it. */
const CODE_OF_UNREAD = {
  "too large": "REQUEST_ENTITY_TOO_LARGE",
  "no length": "LENGTH_REQUIRED",
  "no room": "TOO_MANY_BODIES",
} as const;
const UNAUTHORIZED = 401;
const UNSUPPORTED_TYPE = 415;

/** Answers for operations that are not executed, and counts them. */
function createRefusals(watch: ServerWatch | undefined) {
  function refuse(req: IncomingMessage, res: ServerResponse, refusal: GraphQLError): void {
    watch?.refused(transportOf(req), [refusal]);
    sendRefusal(res, refusal);
  }

  return {
    refuse,
    /** Nothing is read meanwhile of one whose budget is spent. */
    refuseLater: async (req: IncomingMessage, res: ServerResponse, refusal: GraphQLError): Promise<void> => {
      await sleep(SPENT_ANSWER_DELAY_MS);
      refuse(req, res, refusal);
    },
    /** Counts an operation for which something else has answered. */
    count: (req: IncomingMessage, code: NotReadCode): void => watch?.refused(transportOf(req), [notRead(code)]),
  };
}

/** Whether one has left while he waited for his turn, or was answered for being slow. */
function isGone(req: IncomingMessage, res: ServerResponse): boolean {
  return req.destroyed || res.headersSent;
}

export function createGraphqlRoads(options: GraphqlRoadOptions): GraphqlRoads {
  const { log, admit = () => true, access = LOCAL_ACCESS } = options;
  const limits = { ...STREAM_LIMITS, ...options.limits };
  const operationLimits = { ...OPERATION_LIMITS, ...options.operationLimits };
  const guard = new OperationGuard(options.schema, operationLimits, options.rateKeyOf);
  const { trustedDocuments, watch } = options;
  const yoga = createGraphqlYoga({ ...options, guard });
  const takeFastRoad = createFastRoad(yoga, guard, options);
  const sendGraphiql = createGraphiqlPage("Papertape", options.examples);
  const subscriptions = new Subscriptions(log, limits, watchExecution(watch));
  const readingTurns = new ReadingTurns();
  const shared = { yoga, log, subscriptions, limits, guard, trustedDocuments, watch, readingTurns };
  const eventStreams = new EventStreams({ ...shared, visits: access.visits });
  const webSockets = new WebSockets({ ...shared, admit, access });

  const { refuse, refuseLater, count } = createRefusals(watch);
  const bodies = new BodyRoom();
  const letIn = createLetIn(access);

  async function leaveToYoga(context: ServerContext, req: IncomingMessage, res: ServerResponse): Promise<void> {
    await yoga.handle(req, res, context);
    // This it answers before anything that counts.
    if (res.statusCode === UNSUPPORTED_TYPE) count(req, "UNSUPPORTED_MEDIA_TYPE");
  }

  async function answerPost(context: ServerContext, req: IncomingMessage, res: ServerResponse): Promise<void> {
    const ordinary = isOrdinaryRequest(req);
    if (isFormPost(req)) return refuse(req, res, unsupportedType());
    const client = guard.clientOf(context.origin);
    const charge = (bytes: number, isRead: boolean) => guard.chargeBody(() => context.origin, bytes, isRead);
    const body = await readBody(req, { client, room: bodies, turns: readingTurns, charge });
    if (body instanceof GraphQLError) return refuse(req, res, body);
    if (typeof body === "string") {
      guard.fine(client, body === "no room" ? REFUSED_COST : TOO_LARGE_BODY_COST);
      count(req, CODE_OF_UNREAD[body]);
      return sendNotRead(res, body);
    }
    if (ordinary && (await takeFastRoad(context, res, body))) return;
    if (takesEventStream(req) && (await eventStreams.take(req, res, body))) return;
    await leaveToYoga(context, Object.assign(req, { body: Readable.from([body]) }), res);
  }

  async function answerGraphql(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (wantsPage(req)) return sendGraphiql(req, res);
    if (!(await letIn(req, res))) {
      return count(req, res.statusCode === UNAUTHORIZED ? "UNAUTHENTICATED" : "TOKEN_ISSUER_UNREACHABLE");
    }
    const context: ServerContext = { origin: originOfRequest(req), req, res };
    const client = guard.clientOf(context.origin);
    const tooMuch = guard.spent(client) ?? guard.crowded(client);
    if (tooMuch !== undefined) return refuseLater(req, res, tooMuch);
    const turn = guard.turn(
      () => context.origin,
      () => isGone(req, res),
    );
    if (turn !== undefined) {
      await turn;
      if (isGone(req, res)) return;
    }
    if (req.method === "POST") return answerPost(context, req, res);
    const wrong = urlParamThatIsNoJson(req.url ?? "");
    if (wrong !== undefined) return refuse(req, res, noJson(wrong));
    if (takesEventStream(req) && (await eventStreams.take(req, res, undefined))) return;
    req.url = withTrustedUrl(req.url ?? "", trustedDocuments);
    await leaveToYoga(context, req, res);
  }

  function turnAway(req: IncomingMessage, res: ServerResponse): void {
    count(req, "SERVER_CLOSING");
    sendReadiness(res, CLOSING);
  }

  const charge: ChargeWork = (req, cost) => guard.chargeWork(originOfRequest(req), cost);
  return { answerGraphql, webSockets, eventStreams, subscriptions, bodies, charge, letIn, turnAway };
}
