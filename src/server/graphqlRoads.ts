// The roads that a GraphQL operation can come by: ordinary requests, event streams, WebSockets, and Yoga for all others.
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { type Access, LOCAL_ACCESS } from "./access.ts";
import { EventStreams, takesEventStream } from "./eventStreams.ts";
import { createFastRoad, isOrdinaryRequest } from "./fastRoad.ts";
import { createGraphiqlPage, type ExampleOperation, wantsPage } from "./graphiqlPage.ts";
import { urlParamThatIsNoJson, withTrustedUrl } from "./graphqlParams.ts";
import { letIn } from "./letIn.ts";
import { OPERATION_LIMITS, type OperationLimits, STREAM_LIMITS, type StreamLimits } from "./limits.ts";
import type { Admit } from "./operation.ts";
import { OperationGuard } from "./operationLimits/guard.ts";
import type { RateKeyOf } from "./operationLimits/rateKey.ts";
import { sendJson } from "./plainPages.ts";
import { readBody, sendBodyTooLarge } from "./requestBody.ts";
import { requestIdOf } from "./requestIds.ts";
import { Subscriptions } from "./streams/subscriptions.ts";
import { viewerOf } from "./viewer.ts";
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
}

/** What a form of any page can send without being asked: Yoga would take it. It refuses the other two itself. */
const FORM_TYPE = /^\s*application\/x-www-form-urlencoded/i;

function isFormPost({ headers }: IncomingMessage): boolean {
  return FORM_TYPE.test(headers["content-type"] ?? "");
}

function sendUnsupported(res: ServerResponse): void {
  const message = "The body of a POST must be JSON: send it with Content-Type: application/json.";
  sendJson(res, 415, { errors: [{ message, extensions: { code: "UNSUPPORTED_MEDIA_TYPE" } }] });
}

function sendNoJson(res: ServerResponse, name: string): void {
  const message = `${name} is not JSON.`;
  sendJson(res, 400, { errors: [{ message, extensions: { code: "BAD_USER_INPUT" } }] });
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
  const shared = { yoga, log, subscriptions, limits, guard, trustedDocuments };
  const eventStreams = new EventStreams({ ...shared, visits: access.visits });
  const webSockets = new WebSockets({ ...shared, admit, access, watch });

  async function answerPost(context: ServerContext, req: IncomingMessage, res: ServerResponse): Promise<void> {
    const ordinary = isOrdinaryRequest(req);
    const body = await readBody(req);
    if (body === undefined) return sendBodyTooLarge(res);
    if (isFormPost(req)) return sendUnsupported(res);
    if (ordinary && (await takeFastRoad(context, res, body))) return;
    if (takesEventStream(req) && (await eventStreams.take(req, res, body))) return;
    await yoga.handle(Object.assign(req, { body: Readable.from([body]) }), res, context);
  }

  async function answerGraphql(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (wantsPage(req)) return sendGraphiql(req, res);
    if (!(await letIn(access, req, res))) return;
    const viewer = viewerOf(req);
    const { headers, socket } = req;
    const address = socket.remoteAddress;
    const origin = { transport: "http", headers, viewer, address, requestId: requestIdOf(req) } as const;
    const context: ServerContext = { origin, req, res };
    if (req.method === "POST") return answerPost(context, req, res);
    const noJson = urlParamThatIsNoJson(req.url ?? "");
    if (noJson !== undefined) return sendNoJson(res, noJson);
    if (takesEventStream(req) && (await eventStreams.take(req, res, undefined))) return;
    req.url = withTrustedUrl(req.url ?? "", trustedDocuments);
    await yoga.handle(req, res, context);
  }

  return { answerGraphql, webSockets, eventStreams, subscriptions };
}
