// What one client may ask of the server at most, and how long the server waits for it.

/**
 * Largest body of a request and largest WebSocket message, in bytes. The largest honest one is a batch of 500 signals
 * with two JSON fields of 16 KiB each: 15.6 MiB, and the other fields need room beside them. (5,000 quotes are ~1 MiB.)
 */
export const BODY_BYTES_MAX = 20 * 1024 * 1024;

/** Longest GraphQL document, in lexical tokens. Batches belong into variables, which do not count here. */
export const DOCUMENT_TOKENS_MAX = 50_000;

/** How many parsed documents are kept, and up to which length of their text in characters. */
export const CACHED_DOCUMENTS_MAX = 300;
export const CACHED_DOCUMENT_CHARS_MAX = 10_000;

/** Operations (subscriptions, and queries under way) that one WebSocket may hold open. */
export const OPERATIONS_PER_SOCKET_MAX = 100;

/** A WebSocket that has not sent `connection_init` by then is closed (4408). */
export const CONNECTION_INIT_WAIT_MS = 5_000;

/**
 * Every so often an open WebSocket is pinged, and one that has not answered by the next ping is cut; on an event stream it
 * is a comment line, which needs no answer.
 */
export const KEEP_ALIVE_PING_MS = 12_000;

/** A client who takes nothing of what waits for him for so long is closed (4510), and can come back with his cursor. */
export const STALLED_CLIENT_MS = 10_000;

/** A request's headers, and the whole request, must have arrived by then; files of bars have their own time. */
export const HEADERS_TIMEOUT_MS = 10_000;
export const REQUEST_TIMEOUT_MS = 30_000;

/** Files of bars that are imported at the same time, and how many may wait for their turn. */
export const IMPORTS_AT_ONCE_MAX = 2;
export const IMPORTS_WAITING_MAX = 16;
/** When one who found no place to wait may try again. */
export const IMPORTS_RETRY_AFTER_SECONDS = 10;
/** An import whose turn it is, and which sends nothing for so long, is ended. */
export const IMPORT_STALLED_MS = 30_000;
/** A file is read as fast as it is imported: with its wait in the queue it must have arrived by then. */
export const IMPORT_TIMEOUT_MS = 15 * 60_000;
/** One who is still sending when he has his answer may go on for so long, to nobody. */
export const IMPORT_LINGER_MS = 5_000;

/** How often node looks for connections past these two limits. */
export const TIMEOUTS_CHECKED_EVERY_MS = 5_000;
/** An idle connection is kept open for the client's next request for so long. */
export const IDLE_CONNECTION_TIMEOUT_MS = 30_000;

/** At the end subscribers are sent away over this span, so that they do not all come back at once. */
export const FAREWELL_SPREAD_MS = 2_000;
/** What is still open so long after the end began is cut, which leaves the store time to close within 10 s in all. */
export const CLOSE_DEADLINE_MS = 7_000;
/** At the end, every so often connections that have become idle are closed, */
export const CLOSE_SWEEP_EVERY_MS = 50;
/** and after this time those on which no byte has come yet: node does not count them as idle. */
export const SILENT_CONNECTION_GRACE_MS = 250;

/** The limits on time that a stream knows, in milliseconds. */
export interface StreamLimits {
  readonly connectionInitWaitMs: number;
  readonly pingEveryMs: number;
  readonly stalledAfterMs: number;
  readonly farewellSpreadMs: number;
}

export const STREAM_LIMITS: StreamLimits = {
  connectionInitWaitMs: CONNECTION_INIT_WAIT_MS,
  pingEveryMs: KEEP_ALIVE_PING_MS,
  stalledAfterMs: STALLED_CLIENT_MS,
  farewellSpreadMs: FAREWELL_SPREAD_MS,
};
