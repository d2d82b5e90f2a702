// The roads that a GraphQL operation can come by: ordinary requests, event streams, WebSockets, and Yoga for all others.
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { EventStreams, takesEventStream } from "./eventStreams.ts";
import { createFastRoad, isOrdinaryRequest } from "./fastRoad.ts";
import { createGraphiqlPage, type ExampleOperation, wantsPage } from "./graphiqlPage.ts";
import { urlParamThatIsNoJson } from "./graphqlParams.ts";
import { STREAM_LIMITS, type StreamLimits } from "./limits.ts";
import type { Admit } from "./operation.ts";
import { sendJson } from "./plainPages.ts";
import { readBody, sendBodyTooLarge } from "./requestBody.ts";
import { Subscriptions } from "./streams/subscriptions.ts";
import { WebSockets } from "./webSockets.ts";
import { createGraphqlYoga, type GraphqlOptions, type ServerContext } from "./yoga.ts";

export interface GraphqlRoadOptions extends GraphqlOptions {
  /** GraphiQL's tabs for those who open it for the first time. */
  readonly examples: readonly ExampleOperation[];
  /** Whether one may come in by WebSocket; everybody by default. One who may not is closed with 4403. */
  readonly admit?: Admit | undefined;
  /** In place of the usual limits on time. */
  readonly limits?: Partial<StreamLimits>;
}

export interface GraphqlRoads {
  /** Answers a request to the GraphQL endpoint. */
  answerGraphql(req: IncomingMessage, res: ServerResponse): Promise<void>;
  readonly webSockets: WebSockets;
  readonly eventStreams: EventStreams;
  readonly subscriptions: Subscriptions;
}

function sendNoJson(res: ServerResponse, name: string): void {
  const message = `${name} is not JSON.`;
  sendJson(res, 400, { errors: [{ message, extensions: { code: "BAD_USER_INPUT" } }] });
}

export function createGraphqlRoads(options: GraphqlRoadOptions): GraphqlRoads {
  const { log, admit = () => true } = options;
  const limits = { ...STREAM_LIMITS, ...options.limits };
  const yoga = createGraphqlYoga(options);
  const takeFastRoad = createFastRoad(yoga, options);
  const sendGraphiql = createGraphiqlPage("Papertape", options.examples);
  const subscriptions = new Subscriptions(log, limits);
  const eventStreams = new EventStreams({ yoga, log, subscriptions, limits });
  const webSockets = new WebSockets({ yoga, log, subscriptions, limits, admit });

  async function answerPost(context: ServerContext, req: IncomingMessage, res: ServerResponse): Promise<void> {
    const ordinary = isOrdinaryRequest(req);
    const body = await readBody(req);
    if (body === undefined) return sendBodyTooLarge(res);
    if (ordinary && (await takeFastRoad(context, res, body))) return;
    if (takesEventStream(req) && (await eventStreams.take(req, res, body))) return;
    await yoga.handle(Object.assign(req, { body: Readable.from([body]) }), res, context);
  }

  async function answerGraphql(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const context: ServerContext = { origin: { transport: "http", headers: req.headers }, req, res };
    if (req.method === "POST") return answerPost(context, req, res);
    if (wantsPage(req)) return sendGraphiql(req, res);
    const noJson = urlParamThatIsNoJson(req.url ?? "");
    if (noJson !== undefined) return sendNoJson(res, noJson);
    if (takesEventStream(req) && (await eventStreams.take(req, res, undefined))) return;
    await yoga.handle(req, res, context);
  }

  return { answerGraphql, webSockets, eventStreams, subscriptions };
}
