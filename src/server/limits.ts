// What one client may ask of the server at most, and how long the server waits for it.

/**
 * Largest body of a request, in bytes. The largest honest one is a batch of 500 signals with two JSON fields of 16 KiB
 * each: 15.6 MiB, and the other fields need room beside them.
 */
export const BODY_BYTES_MAX = 18 * 1024 * 1024;

/** Largest body that does not say its length (`Transfer-Encoding: chunked`), in bytes: for one that does room is known early. */
export const UNSIZED_BODY_BYTES_MAX = 1024 * 1024;

/** Largest WebSocket message, in bytes: 5,000 quotes are ~1 MiB, and what is larger than this can come by HTTP. */
export const SOCKET_MESSAGE_BYTES_MAX = 4 * 1024 * 1024;

/** Bodies that are on their way or being read, all together: of one client, and of all. */
export const BODIES_BYTES_OF_A_CLIENT_MAX = 64 * 1024 * 1024;
export const BODIES_BYTES_MAX = 256 * 1024 * 1024;
/** When one for whose body there was no room may try again. */
export const BODIES_RETRY_AFTER_SECONDS = 1;

/** A body costs one for each KiB that it has beyond so many bytes, which ordinary ones do not have. */
export const BODY_FREE_BYTES = 64 * 1024;

/** One who is still sending when he has his answer may go on for so long and with so many bytes, to nobody. */
export const EARLY_ANSWER_LINGER_MS = 1_000;
export const EARLY_ANSWER_LINGER_BYTES = 256 * 1024;

/** Longest GraphQL document, in lexical tokens. Batches belong into variables, which do not count here. */
export const DOCUMENT_TOKENS_MAX = 10_000;

/** How deep braces, brackets and parentheses of a document nest: nothing recurs further over it. */
export const DOCUMENT_NESTING_MAX = 128;

/** Fields, fragment spreads and inline fragments of a document, each as often as it is written. */
export const DOCUMENT_SELECTIONS_MAX = 1_000;

/**
 * Comparisons of fields with the same name in the same place, which validation makes of each with each: 140 of one name,
 * without arguments. That is about 10 ms.
 */
export const DOCUMENT_OVERLAPS_MAX = 10_000;

/** Fields of an operation below each other, through fragments; GraphiQL's introspection has 13. */
export const DOCUMENT_DEPTH_MAX = 20;

/** Ways down through selection sets and fragments, which need not be fields. */
export const DOCUMENT_PATH_MAX = 60;

/** Aliases of an operation; those in a fragment count each time that it is spread. */
export const DOCUMENT_ALIASES_MAX = 200;

/** Directives of a document. */
export const DOCUMENT_DIRECTIVES_MAX = 100;

/** Fragments of a document: validation compares each with each. */
export const DOCUMENT_FRAGMENTS_MAX = 60;

/** Fields at the top of an operation: mutations there are done one after the other. */
export const DOCUMENT_ROOT_FIELDS_MAX = 100;

/** Cost of one operation at most, by the weights of operationLimits/weights.ts: one is about a row that is read. */
export const COST_MAX = 20_000;

/** How many of the costliest fields an operation that costs too much is told. */
export const COSTLIEST_FIELDS_TOLD = 3;

/** Cost that a client may spend in a second while there are no keys: generous, as all are on one machine. 0 is no limit. */
export const RATE_COST_PER_SECOND = 100_000;
/** The same for each key or token, where there are keys. */
export const RATE_COST_PER_SECOND_OF_A_KEY = 20_000;
/** Cost that a client may have spared: so many seconds' worth. */
export const RATE_BURST_SECONDS = 10;
/** Clients whose budget is kept; full ones are forgotten first. */
export const RATE_CLIENTS_MAX = 100_000;
/**
 * What it costs to parse and validate a document that is not known yet: so much for each begun thousand characters, and one
 * for so many pairs of selections, as validation compares each with each.
 */
export const NEW_DOCUMENT_COST = 2;
export const NEW_DOCUMENT_PAIRS_FOR_ONE = 250;
/** What is beyond a limit, or not valid, costs so much besides, and a WebSocket that is closed for what it sent so much. */
export const REFUSED_COST = 100;
export const CLOSED_FOR_FAULT_COST = 5_000;
/** A body that is larger than BODY_BYTES_MAX costs so much, read or not. */
export const TOO_LARGE_BODY_COST = 1_000;
/** One whose budget is spent waits so long for being told: who asks on and on is slowed down to what costs nothing. */
export const SPENT_ANSWER_DELAY_MS = 500;
/**
 * What reading large bodies, new documents and what is refused may take of the server's time for one key: whoever has taken
 * more waits before the next is read, so that others have the rest.
 */
export const READING_SHARE_OF_A_CLIENT = 0.1;
/** A fine counts for so much time for each of its cost (what is refused is 2 ms: most of it is spent on saying so), */
export const FINE_WORK_MS_FOR_ONE = 0.02;
/** and a large body or message for so much for each MiB, which is parsed, and memory that has to be cleared away. */
export const BODY_WORK_MS_FOR_A_MIB = 4;
/** Subscriptions of a key that begin at the same time; the others wait for them, as each reads the database. */
export const SUBSCRIPTIONS_BEGUN_AT_ONCE_MAX = 4;
/** Requests of an address, in a second for long and in a burst, that are told at once that their credentials are not good. */
export const REFUSED_CREDENTIALS_PER_SECOND_MAX = 20;
export const REFUSED_CREDENTIALS_BURST_MAX = 200;
/**
 * WebSockets that an address may open in a second, and at once after a rest, where there are keys. Others wait for their place:
 * all clients of an address may come back together. One who would wait longer than so long is refused (429).
 */
export const SOCKETS_OPENED_PER_SECOND_MAX = 100;
export const SOCKETS_OPENED_AT_ONCE_MAX = 20;
export const SOCKET_OPENING_WAIT_MS_MAX = 2_000;
/** What opening a WebSocket costs. */
export const SOCKET_COST = 10;

/** A query or mutation that takes longer is answered with TIMED_OUT. */
export const OPERATION_TIME_MS_MAX = 30_000;

/** WebSockets and event streams that one client may have open while there are no keys; and an address, or a key. */
export const SOCKETS_PER_CLIENT_MAX = 10_000;
export const SOCKETS_PER_KEY_MAX = 1_000;

/** Messages that a WebSocket may send in a second for long, and in a burst; beyond it is closed (4429). */
export const MESSAGES_PER_SECOND_MAX = 5_000;
export const MESSAGES_BURST_MAX = 10_000;

/** What a WebSocket may send until it is let in (by `connection_init`): credentials are no longer than 16 KiB. */
export const UNADMITTED_BYTES_MAX = 64 * 1024;
export const UNADMITTED_MESSAGES_MAX = 100;
/** One who was not let in, or broke the protocol, has so long to answer the close before the connection is cut. */
export const REFUSED_CLOSE_WAIT_MS = 1_000;

/** Connections that one address may have open, besides the WebSockets and event streams that a client may. */
export const CONNECTIONS_BESIDES_SOCKETS_MAX = 1_000;

/**
 * Requests that one address may have on their way, where there are keys: connections from when they are opened until the whole
 * request is there. The next ones are not read before; those whose request does not come at all have HEADERS_TIMEOUT_MS.
 */
export const ARRIVING_OF_AN_ADDRESS_MAX = 200;

/** Requests of one client that may wait for their turn, where there are keys. */
export const WAITING_OF_A_CLIENT_MAX = 1_000;

/** How many parsed documents are kept, and up to which length of their text in characters. */
export const CACHED_DOCUMENTS_MAX = 300;
export const CACHED_DOCUMENT_CHARS_MAX = 10_000;

/** Operations (subscriptions, and queries under way) that one WebSocket may hold open. */
export const OPERATIONS_PER_SOCKET_MAX = 100;
/** Operations beyond that are refused; one who goes on, in a second for long and in a burst, is closed (4429). */
export const REFUSALS_PER_SECOND_MAX = 10;
export const REFUSALS_BURST_MAX = 500;

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

/** To whom introspection is answered and names are suggested: who may ask at all, nobody, or who has the scope `admin`. */
export const INTROSPECTION_CHOICES = ["on", "off", "admin"] as const;
export type Introspection = (typeof INTROSPECTION_CHOICES)[number];

/** How long the server waits for what a client has begun to send, in milliseconds. */
export interface ArrivalLimits {
  readonly headersMs: number;
  readonly requestMs: number;
  readonly checkedEveryMs: number;
  readonly lingerMs: number;
}

export const ARRIVAL_LIMITS: ArrivalLimits = {
  headersMs: HEADERS_TIMEOUT_MS,
  requestMs: REQUEST_TIMEOUT_MS,
  checkedEveryMs: TIMEOUTS_CHECKED_EVERY_MS,
  lingerMs: EARLY_ANSWER_LINGER_MS,
};

/** What operations and sockets may cost, and to whom the schema is told. */
export interface OperationLimits {
  readonly costMax: number;
  /** 0 is no limit. */
  readonly rateCostPerSecond: number;
  readonly rateBurst: number;
  readonly operationTimeMsMax: number;
  readonly socketsPerClientMax: number;
  readonly messagesPerSecondMax: number;
  readonly messagesBurstMax: number;
  /** 0 is no limit. */
  readonly readingShareOfAClient: number;
  readonly waitingOfAClientMax: number;
  /** 0 is no limit. */
  readonly subscriptionsBegunAtOnceMax: number;
  readonly introspection: Introspection;
}

export const OPERATION_LIMITS: OperationLimits = {
  costMax: COST_MAX,
  rateCostPerSecond: RATE_COST_PER_SECOND,
  rateBurst: RATE_COST_PER_SECOND * RATE_BURST_SECONDS,
  operationTimeMsMax: OPERATION_TIME_MS_MAX,
  socketsPerClientMax: SOCKETS_PER_CLIENT_MAX,
  messagesPerSecondMax: MESSAGES_PER_SECOND_MAX,
  messagesBurstMax: MESSAGES_BURST_MAX,
  readingShareOfAClient: 0,
  waitingOfAClientMax: WAITING_OF_A_CLIENT_MAX,
  subscriptionsBegunAtOnceMax: 0,
  introspection: "on",
};
