// What is known of one WebSocket while it is open.
import type { IncomingMessage } from "node:http";
import type { Context } from "graphql-ws";
import { clientAddressOf } from "./clientAddress.ts";
import type { OperationOrigin } from "./operation.ts";
import type { OperationIds } from "./operationIds.ts";
import { requestIdOf } from "./requestIds.ts";
import type { Outlet } from "./streams/outlet.ts";
import { viewerOf } from "./viewer.ts";

export interface Visit {
  /** The request that it came with. */
  readonly request: IncomingMessage;
  /** Ids of the queries and mutations that are not answered yet; subscriptions leave when they begin. */
  readonly underWay: Set<string>;
  readonly ids: OperationIds;
  /** A visitor who was asked to leave may start nothing new. */
  leaving: boolean;
  /** The way to the visitor for what goes past graphql-ws: the messages of subscriptions that are followed. */
  readonly outlet: Outlet;
  readonly write: (message: Buffer) => void;
  /** Whether the visitor was let in: until then little is taken of him. */
  isAdmitted(): boolean;
  admitted(): void;
  /** Takes note of an operation that is refused for there being too many; false where that has been too often. */
  mayBeRefused(): boolean;
  /** Reads nothing for a while of one whose budget is spent. */
  slowDown(): void;
  /** Closes a socket that has sent too much: its client is fined, and nothing more is read of it. */
  closeFlooding(code: number, reason: string): void;
  /** Closes the socket. */
  readonly close: (code: number, reason: string) => void;
}

export type VisitContext = Context<Record<string, unknown>, Visit>;

/** What of it tells where a socket comes from. */
interface Origin {
  readonly extra: Pick<Visit, "request">;
  readonly connectionParams?: Record<string, unknown> | undefined;
}

/** Where the operations of a socket come from. */
export function originOf({ extra, connectionParams = {} }: Origin): OperationOrigin {
  const { request } = extra;
  const { headers } = request;
  const address = clientAddressOf(request);
  const viewer = viewerOf(request);
  return { transport: "websocket", headers, viewer, address, requestId: requestIdOf(request), connectionParams };
}
