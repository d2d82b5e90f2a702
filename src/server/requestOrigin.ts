// Where the operation of an HTTP request comes from.
import type { IncomingMessage } from "node:http";
import { clientAddressOf } from "./clientAddress.ts";
import type { OperationOrigin } from "./operation.ts";
import { requestIdOf } from "./requestIds.ts";
import { viewerOf } from "./viewer.ts";

export const EVENT_STREAM = "text/event-stream";

/** How a request wants its operation answered. Who takes anything gets JSON, except for a subscription. */
export function transportOf({ headers }: IncomingMessage): "http" | "event stream" {
  return headers.accept?.includes(EVENT_STREAM) ? "event stream" : "http";
}

/** Throws where nobody was let in with the request. */
export function originOfRequest(request: IncomingMessage): OperationOrigin {
  return {
    transport: transportOf(request),
    headers: request.headers,
    viewer: viewerOf(request),
    address: clientAddressOf(request),
    requestId: requestIdOf(request),
  };
}
