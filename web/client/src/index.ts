// What browsers and Node import: the client, its errors, the scalars, and every document of the API with its types.
export {
  type CallOptions,
  type Client,
  type ClientOptions,
  createClient,
  type LiveData,
  type SubscribeOptions,
} from "./client.ts";
export type { ConnectionStatus, Wire } from "./connections.ts";
export {
  AccessError,
  ApiError,
  BrokenPromiseError,
  CloseError,
  HttpError,
  NetworkError,
  type OperationError,
  PapertapeError,
  TimeoutError,
} from "./errors.ts";
export { type AccountEvents, type FollowOptions, followAccount } from "./followAccount.ts";
export type { FollowedEvent, KnownEvent, UnknownEvent } from "./followedEvent.ts";
export * from "./generated/graphql.ts";
export { type RetryOptions, retry } from "./retry.ts";
export {
  type DateTime,
  type Decimal,
  dateTime,
  decimal,
  type LogCursor,
  parseDecimal,
  toDate,
  toNumber,
} from "./scalars.ts";
export { type CursorStore, memoryCursor, storageCursor, type TextStorage } from "./stores.ts";
export { type TypedDocument, typedDocument } from "./typedDocument.ts";
export type { WebSocketClass, WebSocketLike } from "./webSocket.ts";
