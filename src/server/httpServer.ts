// The server's one port: GraphQL over HTTP and WebSocket, GraphiQL, health, and a gentle end.
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { StartError } from "../store/startError.ts";
import { LOCAL_ACCESS } from "./access.ts";
import { cutWhatComesAfter, limitArrival } from "./arrival.ts";
import { limitArriving } from "./arriving.ts";
import { type IsTrusted, noteClientAddress, trustProxies } from "./clientAddress.ts";
import { closeGently, watchConnections } from "./closing.ts";
import { limitConnections } from "./connections.ts";
import { answerCrossOrigin } from "./crossOrigin.ts";
import { isDashboardPath, type ServeDashboard } from "./dashboard.ts";
import { EXPORT_PATH } from "./export/exportRequest.ts";
import { createExportRoad, type FindTable } from "./export/exportRoad.ts";
import { createGraphqlRoads, type GraphqlRoadOptions, type GraphqlRoads } from "./graphqlRoads.ts";
import { IMPORT_PATH } from "./importRequest.ts";
import { createImportRoad, type ImportRoadOptions } from "./importRoad.ts";
import { maySend } from "./letIn.ts";
import {
  ARRIVAL_LIMITS,
  ARRIVING_OF_AN_ADDRESS_MAX,
  type ArrivalLimits,
  CONNECTIONS_BESIDES_SOCKETS_MAX,
  IDLE_CONNECTION_TIMEOUT_MS,
  IMPORT_TIMEOUT_MS,
  OPERATION_LIMITS,
} from "./limits.ts";
import type { Log } from "./log.ts";
import { type MayScrape, sendMetrics } from "./metricsPage.ts";
import { CLOSING, isLook, type Readiness, sendFrontPage, sendLiveness, sendReadiness, sendText } from "./plainPages.ts";
import { ClientLeftError } from "./requestBody.ts";
import { REQUEST_ID_HEADER, requestIdOf } from "./requestIds.ts";
import { METRICS_PATH, pathOf } from "./routes.ts";
import type { OpenSubscriptions } from "./streams/subscriptions.ts";
import type { OpenConnections } from "./watch.ts";
import { GRAPHQL_PATH } from "./yoga.ts";

export interface HttpServerOptions extends GraphqlRoadOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Asked for each `/health/ready`; what it throws counts as not ready. */
  readonly readiness: () => Readiness | Promise<Readiness>;
  /** Who may see the metrics, where they are watched; without it, who asks on this machine himself. */
  readonly mayScrape?: MayScrape | undefined;
  /** Whoever has none cannot import bars. */
  readonly imports?: ImportRoadOptions;
  /** Whoever has none shows a page with links at `/`. */
  readonly dashboard?: ServeDashboard | undefined;
  /** Whoever has none exports nothing. */
  readonly exports?: FindTable;
  /** In place of the usual limits on what arrives slowly. */
  readonly arrivalLimits?: Partial<ArrivalLimits>;
  /** Connections that one address may have open, in place of the usual number. */
  readonly connectionsMax?: number | undefined;
  /** Addresses and networks of proxies who are believed whom they pass on; nobody is by default. */
  readonly trustedProxies?: readonly string[] | undefined;
}

/** What of the network is open, and how many bytes of bodies are on their way. */
export interface OpenNow {
  readonly connections: number;
  readonly requests: number;
  readonly webSockets: number;
  readonly eventStreams: number;
  readonly bodyBytes: number;
}

export interface HttpServer {
  /** Serves from now on. Throws a StartError if the address cannot be had. `url` is http://HOST:PORT. */
  listen(): Promise<{ readonly url: string; readonly port: number }>;
  /** Not ready from now on; resolves, within CLOSE_DEADLINE_MS, when what is under way is answered and all are gone. */
  close(): Promise<void>;
  /** What is open now. */
  subscriptions(): OpenSubscriptions;
  open(): OpenNow;
  /** How long a subscriber who is woken now waits for his turn, in milliseconds. */
  deliveryDelay(): Promise<number>;
}

const CANNOT_LISTEN: Readonly<Record<string, string>> = {
  EADDRINUSE: "is taken by another process: set PORT to a free one, or to 0 for any",
  EACCES: "may not be used by this user: set PORT to one above 1023",
  EADDRNOTAVAIL: "is not an address of this machine: set HOST to another",
};

async function listen(server: Server, host: string, port: number): Promise<number> {
  try {
    await once(server.listen(port, host), "listening");
    return (server.address() as AddressInfo).port;
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    throw new StartError(`${addressOf(host, port)} ${CANNOT_LISTEN[code] ?? `cannot be served (${message})`}`);
  }
}

function addressOf(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Health tells nothing, and is asked for by address: where credentials are needed for the rest, whoever asks is told. */
function isHealth(path: string): boolean {
  return path === "/health/live" || path === "/health/ready";
}

/** As many sockets and streams as a client may have, and some for his requests. */
function connectionsOfAnAddress({ operationLimits }: HttpServerOptions): number {
  const { socketsPerClientMax } = { ...OPERATION_LIMITS, ...operationLimits };
  return socketsPerClientMax + CONNECTIONS_BESIDES_SOCKETS_MAX;
}

/** What one address may have open, and on its way. */
function limitAddresses(server: Server, options: HttpServerOptions, isTrusted: IsTrusted): void {
  limitConnections(server, options.connectionsMax ?? connectionsOfAnAddress(options), isTrusted);
  if (options.access?.isGuarded) limitArriving(server, ARRIVING_OF_AN_ADDRESS_MAX, isTrusted);
}

/** What node itself waits for. */
function timesOf({ headersMs, checkedEveryMs }: ArrivalLimits): ServerOptions {
  return {
    headersTimeout: headersMs,
    // The longest of all; limitArrival sees to the others.
    requestTimeout: IMPORT_TIMEOUT_MS,
    keepAliveTimeout: IDLE_CONNECTION_TIMEOUT_MS,
    connectionsCheckingInterval: checkedEveryMs,
  };
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

async function askReadiness({ readiness, log }: HttpServerOptions): Promise<Readiness> {
  try {
    return await readiness();
  } catch (error) {
    log.error({ err: error }, "readiness could not be told");
    return { ready: false, reasons: ["Readiness could not be told."] };
  }
}

function failed(log: Log, req: IncomingMessage, res: ServerResponse, error: unknown): void {
  if (error instanceof ClientLeftError || (req.destroyed && !req.complete)) return;
  log.error({ requestId: requestIdOf(req), err: error, path: pathOf(req.url) }, "a request could not be answered");
  if (res.headersSent) res.destroy();
  else sendText(res, 500, "Unexpected error.");
}

function connectionsOf({ webSockets, eventStreams, subscriptions }: GraphqlRoads): OpenConnections {
  return {
    webSockets: () => webSockets.size,
    eventStreams: () => eventStreams.size,
    subscriptions: () => subscriptions.open,
    subscribers: () => subscriptions.openByField,
    stalled: () => subscriptions.stalls.givenUp,
    deliveryDelayMs: () => subscriptions.delay(),
  };
}

/** The server on `host` and `port`; it serves `schema` when `listen` is called. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { log, host, port, watch, access = LOCAL_ACCESS } = options;
  const roads = createGraphqlRoads(options);
  const { answerGraphql, letIn, webSockets, eventStreams, subscriptions } = roads;
  const isTrusted = trustProxies(options.trustedProxies);
  const arrival = { ...ARRIVAL_LIMITS, ...options.arrivalLimits };
  const imports = options.imports && createImportRoad(options.imports, access.visits, roads.charge);
  const answerExport = options.exports && createExportRoad(options.exports, log, access.visits, roads.charge);
  let closing: Promise<void> | undefined;

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const path = pathOf(req.url);
    const isOpen = access.isGuarded && isHealth(path);
    if (!isOpen && !access.isWelcome(req.headers)) return sendText(res, 403, access.refusal);
    if (closing !== undefined) res.setHeader("Connection", "close");
    if (answerCrossOrigin(access, req, res)) return;
    if (path === IMPORT_PATH && imports !== undefined) {
      if ((await letIn(req, res)) && maySend("feed", true, req, res)) await imports.answer(req, res);
      return;
    }
    limitArrival(req, res, arrival.requestMs);
    if (path === GRAPHQL_PATH) return closing === undefined ? answerGraphql(req, res) : roads.turnAway(req, res);
    if (path.startsWith(EXPORT_PATH) && answerExport !== undefined) {
      if (!(await letIn(req, res)) || !maySend("read", false, req, res)) return;
      return closing === undefined ? answerExport(req, res) : sendReadiness(res, CLOSING);
    }
    if (path === "/health/live" && isLook(req)) return sendLiveness(res);
    if (path === "/health/ready" && isLook(req))
      return sendReadiness(res, closing ? CLOSING : await askReadiness(options));
    if (path === METRICS_PATH && isLook(req) && watch) return sendMetrics(req, res, watch.metrics, options.mayScrape);
    if (options.dashboard !== undefined && isDashboardPath(path) && isLook(req)) return options.dashboard(req, res);
    if (path === "/" && isLook(req)) return sendFrontPage(res);
    sendText(res, 404, "There is nothing here.");
  }

  function take(req: IncomingMessage, res: ServerResponse): void {
    noteClientAddress(req, isTrusted);
    res.setHeader(REQUEST_ID_HEADER, requestIdOf(req));
    cutWhatComesAfter(req, res, arrival.lingerMs);
    const work = () => answer(req, res);
    (watch?.request(req, res, work) ?? work()).catch((error: unknown) => failed(log, req, res, error));
  }

  const server = createServer(timesOf(arrival), take);
  limitAddresses(server, options, isTrusted);
  const open = watchConnections(server);
  watch?.metrics.connections.watch(connectionsOf(roads));
  server.on("upgrade", (req, socket, head) => {
    socket.on("error", () => socket.destroy());
    noteClientAddress(req, isTrusted);
    if (!access.isWelcome(req.headers)) return refuseUpgrade(socket, "403 Forbidden");
    if (pathOf(req.url) !== GRAPHQL_PATH) return refuseUpgrade(socket, "404 Not Found");
    if (closing !== undefined) return refuseUpgrade(socket, "503 Service Unavailable");
    // node's own type for it is wider than what it gives
    webSockets.accept(req, socket as Socket, head);
  });

  return {
    async listen() {
      const taken = await listen(server, host, port);
      // Connections that could not be accepted, for want of file descriptors say.
      server.on("error", (error) => log.error({ err: error }, "the server could not accept a connection"));
      return { url: `http://${addressOf(host, taken)}`, port: taken };
    },
    subscriptions: () => subscriptions.open,
    open: () => ({
      connections: open.connections.size,
      requests: open.answering.size,
      webSockets: webSockets.size,
      eventStreams: eventStreams.size,
      bodyBytes: roads.bodies.bytes,
    }),
    deliveryDelay: () => subscriptions.delay(),
    close() {
      imports?.close();
      closing ??= closeGently(server, open, { webSockets, eventStreams }, log);
      return closing;
    },
  };
}
