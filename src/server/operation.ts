// What the server tells a schema's context about the operation it is made for.
import type { IncomingHttpHeaders } from "node:http";
import type { Viewer } from "../auth/viewer.ts";

/** Where an operation came from: its transport, the headers of its request (for a WebSocket: of the upgrade). */
export interface OperationOrigin {
  readonly transport: "http" | "websocket" | "event stream";
  readonly headers: IncomingHttpHeaders;
  /** Who asks. */
  readonly viewer: Viewer;
  /** The client's address. */
  readonly address?: string | undefined;
  /** The id of that request. */
  readonly requestId?: string | undefined;
  /** The cursor that an event stream is to go on after. */
  readonly lastEventId?: string | undefined;
  /** The payload of `connection_init`, WebSocket only. */
  readonly connectionParams?: Readonly<Record<string, unknown>>;
}

/**
 * Makes the context of one operation: called once for each query and mutation and once for each subscription (not for
 * each of its events). Resolvers may rely on nothing else in the context. Some roads copy its own enumerable properties
 * and others take it as it is, so it must be a plain object; the names req, res, request, params, origin and waitUntil
 * are taken.
 */
export type MakeContext = (origin: OperationOrigin) => object | Promise<object>;

/** Whether one may come in, asked of a WebSocket at its `connection_init`. */
export type Admit = (origin: OperationOrigin) => boolean | Promise<boolean>;
