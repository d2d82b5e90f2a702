// Subscriptions as server-sent events, in graphql-sse's distinct connections mode: an event's id is its cursor.
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type DocumentNode, type ExecutionArgs, type ExecutionResult, GraphQLError, getOperationAST } from "graphql";
import type { Access } from "./access.ts";
import { createErrorMask, type MaskError, publicError } from "./errors.ts";
import { JSON_TYPES, readBodyParams, readDocument, readUrlParams } from "./graphqlParams.ts";
import type { StreamLimits } from "./limits.ts";
import type { Log } from "./log.ts";
import type { OperationOrigin } from "./operation.ts";
import type { OperationGuard } from "./operationLimits/guard.ts";
import { tooManySockets } from "./operationLimits/refusals.ts";
import type { TrustedDocuments } from "./operationLimits/trustedDocuments.ts";
import { sendJson } from "./plainPages.ts";
import { EVENT_STREAM, originOfRequest } from "./requestOrigin.ts";
import type { FollowedOperation } from "./streams/channels.ts";
import { Outlet } from "./streams/outlet.ts";
import type { Begun, Subscriptions } from "./streams/subscriptions.ts";
import { admissionOf } from "./viewer.ts";
import type { ServerWatch } from "./watch.ts";
import { POST_REQUEST, type ServerContext, type Yoga } from "./yoga.ts";

const HEADERS = {
  "Content-Type": EVENT_STREAM,
  "Cache-Control": "no-cache",
  Connection: "keep-alive",
  // nginx holds a response back otherwise.
  "X-Accel-Buffering": "no",
};

const END_OF_EVENT = Buffer.from("\n\n");
const COMPLETE = "event: complete\ndata:\n\n";
/** A line without meaning, that keeps what lies between from closing a quiet connection. */
const COMMENT = ":\n\n";

/** True if the client takes server-sent events; it must be asked before the body is read. */
export function takesEventStream({ method, headers }: IncomingMessage): boolean {
  const { accept = "*/*" } = headers;
  if (!accept.includes(EVENT_STREAM) && !accept.includes("*/*")) return false;
  return method === "GET" || (method === "POST" && JSON_TYPES.has(headers["content-type"] ?? ""));
}

function isSubscription(document: DocumentNode, operationName: string | null | undefined): boolean {
  return getOperationAST(document, operationName)?.operation === "subscription";
}

function nextEvent(result: object): string {
  return `event: next\ndata: ${JSON.stringify(result)}\n\n`;
}

/** The id that the reader of an earlier stream had last. */
function lastEventId({ headers }: IncomingMessage): string | undefined {
  const id = headers["last-event-id"];
  return typeof id === "string" && id !== "" ? id : undefined;
}

export interface EventStreamOptions {
  readonly yoga: Yoga;
  readonly log: Log;
  readonly subscriptions: Subscriptions;
  readonly limits: StreamLimits;
  readonly visits: Access["visits"];
  readonly guard: OperationGuard;
  readonly watch?: ServerWatch | undefined;
  readonly trustedDocuments?: TrustedDocuments | undefined;
}

/** A stream that does not begin is an ordinary answer. */
export function sendRefusal(res: ServerResponse, refusal: GraphQLError): void {
  const { status = 400, headers = {} } = refusal.extensions["http"] as { status?: number; headers?: object };
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, String(value));
  sendJson(res, status, { errors: [publicError(refusal)] });
}

/** The open event streams: `take` answers a request for one, `farewell` ends all. */
export class EventStreams {
  private readonly options: EventStreamOptions;
  private readonly maskError: MaskError;
  private readonly open = new Set<ServerResponse>();

  constructor(options: EventStreamOptions) {
    this.options = options;
    this.maskError = createErrorMask(options.log);
  }

  /** How many are open. */
  get size(): number {
    return this.open.size;
  }

  /** Answers a request for a subscription; false leaves it to Yoga, and nothing has been done. */
  async take(req: IncomingMessage, res: ServerResponse, body: Buffer | undefined): Promise<boolean> {
    const operation = await this.prepare(req, body);
    if (operation === undefined) return false;
    const place = this.enter(operation.args, operation.origin);
    if (place instanceof GraphQLError) {
      this.options.watch?.refused("event stream", [place]);
      sendRefusal(res, place);
      return true;
    }
    res.once("close", place);
    const begun = await this.options.guard.begin(operation.origin, () => this.begin(operation.args, operation.text));
    if (res.destroyed) {
      abandon(begun);
      return true;
    }
    res.writeHead(200, HEADERS).flushHeaders();
    // Cut without its `complete`: its client connects again, and is told then that he may not.
    res.once(
      "close",
      this.options.visits.enter(admissionOf(req), () => void res.socket?.destroySoon()),
    );
    if (begun.kind === "refused")
      res.end(nextEvent(this.shown(this.options.guard.told(begun.result, operation.origin))) + COMPLETE);
    else if (begun.kind === "followed") this.follow(res, begun.operation);
    else await this.iterate(res, begun.results);
    return true;
  }

  /** Cuts every stream without its `complete`, spread over `farewellSpreadMs`: clients connect again then. */
  async farewell(): Promise<void> {
    const spacingMs = this.options.limits.farewellSpreadMs / Math.max(this.open.size, 1);
    const goodbyes = [...this.open].map(async (res, index) => {
      await sleep(index * spacingMs);
      res.socket?.destroySoon();
    });
    await Promise.all(goodbyes);
  }

  /** The arguments and the text of a valid subscription; anything else is Yoga's to answer. */
  private async prepare(req: IncomingMessage, body: Buffer | undefined) {
    const { trustedDocuments: trusted } = this.options;
    const origin = {
      ...originOfRequest(req),
      transport: "event stream",
      lastEventId: lastEventId(req),
    } as const;
    const read = this.options.guard.timed(
      () => origin,
      () => {
        const params = body === undefined ? readUrlParams(req.url ?? "", trusted) : readBodyParams(body, trusted);
        if (params === undefined) return undefined;
        const start: ServerContext = { origin, req };
        const enveloped = this.options.yoga.getEnveloped({ ...start, request: POST_REQUEST, params });
        return { params, enveloped, document: readDocument(enveloped, params.query) };
      },
    );
    if (read?.document === undefined || !isSubscription(read.document, read.params.operationName)) return undefined;
    const { params, enveloped, document } = read;
    const args: ExecutionArgs = {
      schema: enveloped.schema,
      document,
      contextValue: await enveloped.contextFactory(),
      variableValues: params.variables ?? null,
      operationName: params.operationName ?? null,
    };
    return { args, text: params.query, origin };
  }

  /** What gives the stream's place back, or why it is not let in. */
  private enter({ document, operationName, variableValues: variables }: ExecutionArgs, origin: OperationOrigin) {
    const { guard } = this.options;
    const admitted = guard.admit({ origin, document, operationName, variables, tellsCost: false });
    if (admitted instanceof GraphQLError) return admitted;
    return guard.sockets.enter(admitted.key) ?? tooManySockets(guard.limits.socketsPerClientMax);
  }

  private async begin(args: ExecutionArgs, text: string): Promise<Begun> {
    try {
      return await this.options.subscriptions.begin(args, text);
    } catch (error) {
      return { kind: "refused", result: { errors: [this.maskError(error)] } };
    }
  }

  private shown(result: ExecutionResult): object {
    if (result.errors === undefined) return result;
    return { ...result, errors: result.errors.map((error) => publicError(this.maskError(error))) };
  }

  private keepOpen(res: ServerResponse): Outlet {
    const { limits, subscriptions } = this.options;
    const { socket } = res;
    if (socket === null) throw new Error("the request has no connection");
    this.open.add(res);
    const comments = setInterval(() => {
      if (!res.writableNeedDrain) res.write(COMMENT);
    }, limits.pingEveryMs);
    res.once("close", () => {
      clearInterval(comments);
      this.open.delete(res);
    });
    return new Outlet(res, socket, subscriptions.stalls, { giveUp: () => res.destroy() });
  }

  private follow(res: ServerResponse, operation: FollowedOperation): void {
    const leave = this.options.subscriptions.deliver(operation, {
      outlet: this.keepOpen(res),
      write: (rendered, cursorOf) => {
        const cursor = cursorOf();
        const beginning = cursor === undefined ? "event: next\ndata: " : `event: next\nid: ${cursor}\ndata: `;
        res.write(Buffer.concat([Buffer.from(beginning), rendered, END_OF_EVENT]));
      },
      onFailed: (error) => res.end(nextEvent(this.shown({ errors: [this.maskError(error)] })) + COMPLETE),
      onEnded: () => res.end(COMPLETE),
    });
    res.once("close", leave);
  }

  private async iterate(res: ServerResponse, results: AsyncIterableIterator<ExecutionResult>): Promise<void> {
    const outlet = this.keepOpen(res);
    res.once("close", () => void results.return?.());
    try {
      for await (const result of results) {
        res.write(nextEvent(this.shown(result)));
        if (outlet.isFull) await new Promise<void>((resolve) => outlet.wakeWhenDrained({ wake: resolve }));
      }
    } catch (error) {
      res.write(nextEvent(this.shown({ errors: [this.maskError(error)] })));
    }
    res.end(COMPLETE);
  }
}

/** Ends what was begun for a client who has left meanwhile. */
function abandon(begun: Begun): void {
  if (begun.kind === "followed") begun.operation.following.source.close();
  if (begun.kind === "iterated") void begun.results.return?.();
}
