// Every limit of the server on every transport: the test that proves it there, or why it does not hold there.

export const COLUMNS = ["http", "websocket", "event stream"] as const;
export type Column = (typeof COLUMNS)[number];

/** A test that proves it: its file below test/, and its title as the file has it. */
export interface Proof {
  readonly file: string;
  readonly title: string;
}

/** A proof, or in words why there is none. */
export type Cell = Proof | string;
export type Row = Readonly<Record<Column, Cell>>;

const proof = (file: string, title: string): Proof => ({ file, title });

function everywhere(cell: Cell): Row {
  return { http: cell, websocket: cell, "event stream": cell };
}

/** What is true of requests of HTTP is true of those for an event stream. */
function requests(cell: Cell, websocket: Cell): Row {
  return { http: cell, websocket, "event stream": cell };
}

function sockets(cell: Cell, others: string): Row {
  return { http: others, websocket: cell, "event stream": others };
}

const DOCUMENTS = everywhere(proof("limits/documents.test.ts", "should refuse %s"));
const COSTS = proof("limits/rates.test.ts", "should refuse what costs too much, by its variables");
const RATES = requests(
  proof("limits/rates.test.ts", "should refuse what comes too fast, tell when to try again"),
  proof("limits/rates.test.ts", "should be refused what comes too fast on it, be told when to try again"),
);
const PRICES = everywhere(
  proof("limits/everyLimit.test.ts", "should be charged for documents, large bodies and sockets as the constants say"),
);
const SIZES = everywhere(proof("limits/everyLimit.test.ts", "should be refused with its limit: $what"));
const SOCKETS: Row = {
  http: "an ordinary request is answered and gone: CONNECTIONS_BESIDES_SOCKETS_MAX is about its connections",
  websocket: proof("limits/rates.test.ts", "should be so many, streams and WebSockets together"),
  "event stream": proof("limits/proxies.test.ts", "should be counted together with his event streams"),
};
const SPENT = proof("attacks/loadHeld.test.ts", "should be refused before anything of it is read, and on its sockets");
const MESSAGES = sockets(
  proof("limits/rates.test.ts", "should be closed with 4429 when it sends too many messages"),
  "a client sends one request, which has its cost",
);
const UNADMITTED = (file: string, title: string): Row =>
  sockets(proof(file, title), "credentials come with the request: nothing is read without them");
const BODIES = proof("attacks/loadHeld.test.ts", "should be refused, and told the limit, where a client has too many");
const CONNECTIONS = everywhere(proof("attacks/loadHeld.test.ts", "should be so many of an address; others are served"));
const IMPORT = (cell: Cell): Row => ({ ...everywhere("files of bars come by POST /import/bars alone"), http: cell });
const END = proof("server/closing.test.ts", "should cut within its deadline what does not end");
const memory = (of: string): Row => everywhere(`no limit for clients: ${of}`);

const OPENED = sockets(
  proof("attacks/loadHeld.test.ts", "should be so many of an address in a second"),
  "each request has its own cost",
);
const REFUSED_CREDENTIALS = requests(
  proof("attacks/loadHeld.test.ts", "should be told so later where there are many of one address"),
  "an address opens SOCKETS_OPENED_PER_SECOND_MAX, each with one connection_init",
);

/** By the name of the constant in src/server/limits.ts, or of a list or page that clients fill. */
export const LIMIT_TABLE: Readonly<Record<string, Row>> = {
  BODY_BYTES_MAX: requests(
    proof("limits/refused.test.ts", "should count once where it is too large"),
    "messages are bounded by SOCKET_MESSAGE_BYTES_MAX",
  ),
  UNSIZED_BODY_BYTES_MAX: requests(
    proof("attacks/load.test.ts", "a body of 20 MB in chunks, by HTTP"),
    "a message's frames say their length",
  ),
  SOCKET_MESSAGE_BYTES_MAX: sockets(
    proof("limits/refused.test.ts", "should count once where it sends a message that is too large"),
    "bodies are bounded by BODY_BYTES_MAX",
  ),
  BODIES_BYTES_OF_A_CLIENT_MAX: requests(BODIES, "a message is at most SOCKET_MESSAGE_BYTES_MAX, of so many sockets"),
  BODIES_BYTES_MAX: requests(
    proof("attacks/loadHeld.test.ts", "should take so much memory together, of one client and of all"),
    "a message is at most SOCKET_MESSAGE_BYTES_MAX, of so many sockets",
  ),
  BODIES_RETRY_AFTER_SECONDS: requests(BODIES, "there is no room to wait for"),
  BODY_FREE_BYTES: PRICES,
  EARLY_ANSWER_LINGER_MS: requests(
    proof("attacks/loadHeld.test.ts", "should be cut soon after its answer, whatever is sent"),
    "a WebSocket is closed instead: REFUSED_CLOSE_WAIT_MS",
  ),
  EARLY_ANSWER_LINGER_BYTES: requests(
    proof("attacks/loadHeld.test.ts", "should be cut soon after its answer, whatever is sent"),
    "a WebSocket is closed instead: REFUSED_CLOSE_WAIT_MS",
  ),
  DOCUMENT_TOKENS_MAX: SIZES,
  DOCUMENT_OVERLAPS_MAX: SIZES,
  DOCUMENT_NESTING_MAX: DOCUMENTS,
  DOCUMENT_SELECTIONS_MAX: DOCUMENTS,
  DOCUMENT_DEPTH_MAX: DOCUMENTS,
  DOCUMENT_PATH_MAX: DOCUMENTS,
  DOCUMENT_ALIASES_MAX: DOCUMENTS,
  DOCUMENT_DIRECTIVES_MAX: DOCUMENTS,
  DOCUMENT_FRAGMENTS_MAX: DOCUMENTS,
  DOCUMENT_ROOT_FIELDS_MAX: DOCUMENTS,
  COST_MAX: everywhere(COSTS),
  COSTLIEST_FIELDS_TOLD: everywhere(COSTS),
  RATE_COST_PER_SECOND: RATES,
  RATE_COST_PER_SECOND_OF_A_KEY: RATES,
  RATE_BURST_SECONDS: RATES,
  RATE_CLIENTS_MAX: memory("so many budgets are remembered, as limits/costs.test.ts proves"),
  NEW_DOCUMENT_COST: PRICES,
  NEW_DOCUMENT_PAIRS_FOR_ONE: PRICES,
  REFUSED_COST: everywhere(
    proof("attacks/loadHeld.test.ts", "should be spent by documents that are beyond the limits, or not valid"),
  ),
  TOO_LARGE_BODY_COST: requests(
    proof("attacks/loadHeld.test.ts", "should pay for each, though it is not read"),
    "a message that is too large costs CLOSED_FOR_FAULT_COST",
  ),
  CLOSED_FOR_FAULT_COST: sockets(SPENT, "nothing is open that could be closed for what comes next"),
  SPENT_ANSWER_DELAY_MS: everywhere(SPENT),
  READING_SHARE_OF_A_CLIENT: everywhere(
    proof("attacks/loadShares.test.ts", "should wait for its turn, and nobody else for it"),
  ),
  WAITING_OF_A_CLIENT_MAX: requests(
    proof("attacks/loadShares.test.ts", "should be refused what would wait behind too many"),
    "a WebSocket is not read while its client waits: OPERATIONS_PER_SOCKET_MAX",
  ),
  FINE_WORK_MS_FOR_ONE: everywhere(
    proof("attacks/loadShares.test.ts", "should wait for its turn, and nobody else for it"),
  ),
  BODY_WORK_MS_FOR_A_MIB: everywhere(proof("attacks/loadShares.test.ts", "should arrive whole, and others be served")),
  SUBSCRIPTIONS_BEGUN_AT_ONCE_MAX: {
    ...everywhere(proof("limits/shares.test.ts", "should be so much at once, each client for itself, failed work too")),
    http: "subscriptions come by WebSocket and event stream",
  },
  REFUSED_CREDENTIALS_PER_SECOND_MAX: REFUSED_CREDENTIALS,
  REFUSED_CREDENTIALS_BURST_MAX: REFUSED_CREDENTIALS,
  SOCKETS_OPENED_PER_SECOND_MAX: OPENED,
  SOCKETS_OPENED_AT_ONCE_MAX: OPENED,
  SOCKET_OPENING_WAIT_MS_MAX: OPENED,
  SOCKET_COST: sockets(
    proof("limits/rates.test.ts", "should not be opened faster than its budget allows"),
    "each request has its own cost",
  ),
  OPERATION_TIME_MS_MAX: {
    ...everywhere(proof("limits/rates.test.ts", "should answer an operation that takes too long, and go on")),
  },
  SOCKETS_PER_CLIENT_MAX: SOCKETS,
  SOCKETS_PER_KEY_MAX: SOCKETS,
  MESSAGES_PER_SECOND_MAX: MESSAGES,
  MESSAGES_BURST_MAX: MESSAGES,
  UNADMITTED_BYTES_MAX: UNADMITTED("attacks/load.test.ts", "UNADMITTED_BYTES_MAX} bytes"),
  UNADMITTED_MESSAGES_MAX: UNADMITTED("attacks/load.test.ts", "pings on a WebSocket before connection_init"),
  REFUSED_CLOSE_WAIT_MS: UNADMITTED(
    "attacks/loadHeld.test.ts",
    "should be cut where they do not answer the close either",
  ),
  CONNECTIONS_BESIDES_SOCKETS_MAX: CONNECTIONS,
  ARRIVING_OF_AN_ADDRESS_MAX: everywhere(
    proof("attacks/loadShares.test.ts", "should be read when those before them are there, and others at once"),
  ),
  CACHED_DOCUMENTS_MAX: memory("the oldest is forgotten"),
  CACHED_DOCUMENT_CHARS_MAX: memory("a longer document is parsed each time"),
  OPERATIONS_PER_SOCKET_MAX: sockets(
    proof("limits/refused.test.ts", "should count each operation that is one too many on it"),
    "one operation for each request",
  ),
  REFUSALS_PER_SECOND_MAX: sockets(
    proof("attacks/load.test.ts", "should each be told the limit beyond the first 100, until the socket is closed"),
    "one operation for each request",
  ),
  REFUSALS_BURST_MAX: sockets(
    proof("attacks/load.test.ts", "should each be told the limit beyond the first 100, until the socket is closed"),
    "one operation for each request",
  ),
  CONNECTION_INIT_WAIT_MS: sockets(
    proof("streams/closeCodes.test.ts", "4408, no connection_init in time"),
    "there is no first message",
  ),
  KEEP_ALIVE_PING_MS: {
    http: "an answer is not kept open",
    websocket: proof("streams/closeCodesKeepAlive.test.ts", "should be cut, and what it followed left"),
    "event stream": "nothing can be asked of the reader: it is a comment line, which keeps proxies from closing",
  },
  STALLED_CLIENT_MS: {
    http: "an answer is written once, and bounded by its cost",
    websocket: proof("streams/slowClients.test.ts", "should be closed with 4510 and miss nothing"),
    "event stream": proof(
      "streams/eventStreamsTransport.test.ts",
      "should be cut without complete, after what was on its way",
    ),
  },
  HEADERS_TIMEOUT_MS: everywhere("node's own, set in src/server/httpServer.ts: an upgrade has headers too"),
  REQUEST_TIMEOUT_MS: requests(
    proof("server/arrival.test.ts", "a request whose body does not come is answered with 408"),
    "messages come whenever they come: a socket is pinged instead",
  ),
  TIMEOUTS_CHECKED_EVERY_MS: memory("how often the two above are looked at"),
  IDLE_CONNECTION_TIMEOUT_MS: requests("node's own, set in src/server/httpServer.ts", "a socket is pinged instead"),
  IMPORTS_AT_ONCE_MAX: IMPORT(proof("server/importsAtOnce.test.ts", "wait for their turn up to the limit")),
  IMPORTS_WAITING_MAX: IMPORT(proof("server/importsAtOnce.test.ts", "wait for their turn up to the limit")),
  IMPORTS_RETRY_AFTER_SECONDS: IMPORT(proof("server/importsAtOnce.test.ts", "wait for their turn up to the limit")),
  IMPORT_STALLED_MS: IMPORT(proof("server/importsAtOnce.test.ts", "that stand still are ended, and store nothing")),
  IMPORT_TIMEOUT_MS: IMPORT("node's own, set in src/server/httpServer.ts"),
  IMPORT_LINGER_MS: IMPORT(proof("server/importsAtOnce.test.ts", "wait for their turn up to the limit")),
  FAREWELL_SPREAD_MS: {
    http: "an answer under way is waited for",
    websocket: proof("server/closing.test.ts", "should send subscribers away with 1001, one after another"),
    "event stream": proof("server/closing.test.ts", "should end event streams without telling them"),
  },
  CLOSE_DEADLINE_MS: everywhere(END),
  CLOSE_SWEEP_EVERY_MS: memory("how often the end is looked at"),
  SILENT_CONNECTION_GRACE_MS: everywhere(
    proof("server/closing.test.ts", "should close connections that are idle, and those that never said a word"),
  ),
  PAGE_ROWS_MAX: SIZES,
  QUOTES_IN_A_CALL_MAX: SIZES,
  SIGNALS_IN_A_CALL_MAX: SIZES,
  PRICES_IN_A_CALL_MAX: SIZES,
  EXPORT_WEIGHT: {
    ...everywhere("lists are exported by GET /export/… alone"),
    http: proof("limits/transfers.test.ts", "should be spent by exports, and refuse the one that is too much"),
  },
  IMPORT_WEIGHT: IMPORT(proof("limits/transfers.test.ts", "should be spent by imports, before anything of the file")),
};
