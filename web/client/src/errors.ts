// What can go wrong, as classes: by `code`, and by whether it helps to try again.

/** Codes of operations that fail for now. Any other code stays: the operation, its cursor or its account is wrong. */
const PASSING_CODES: ReadonlySet<string> = new Set([
  "SERVER_CLOSING",
  "INTERNAL_SERVER_ERROR",
  "DESK_BUSY",
  "TOO_MANY_OPERATIONS",
  "RATE_LIMITED",
  "TOKEN_ISSUER_UNREACHABLE",
]);

const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 425, 429]);
const SERVER_STATUSES_MIN = 500;
const UNAUTHORIZED_STATUS = 401;
const UNAUTHENTICATED = "UNAUTHENTICATED";

/** What to do about a code, where that is not in the server's message. */
const ADVICE: Readonly<Record<string, string>> = {
  BAD_CURSOR: "The kept cursor is of another account or database: remove it, and load the state anew.",
  ACCOUNT_NOT_FOUND: "`enable` makes it.",
};

export interface ErrorFacts {
  /** Whether to try again can help. */
  readonly passes?: boolean;
  /** How long the server asks to wait before that. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** What all errors of this package are. */
export class PapertapeError extends Error {
  override readonly name: string = "PapertapeError";
  /** The API's code (BAD_CURSOR), a status (HTTP_404), a close code (CLOSED_4406), or a system's (ECONNREFUSED). */
  readonly code: string;
  /** Whether to try again can help. What follows a stream does so by itself: what it throws does not pass. */
  readonly passes: boolean;
  /** How long the server asks to wait before that, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(code: string, message: string, { passes = false, retryAfterMs, cause }: ErrorFacts = {}) {
    super([message, ADVICE[code]].filter(Boolean).join(" "), cause === undefined ? undefined : { cause });
    this.code = code;
    this.passes = passes;
    this.retryAfterMs = retryAfterMs;
  }
}

/** There was no answer: no connection, or one that broke or fell silent. What was asked for may have been done. */
export class NetworkError extends PapertapeError {
  override readonly name = "NetworkError";
}

/** There was no answer in time. What was asked for may have been done. */
export class TimeoutError extends PapertapeError {
  override readonly name = "TimeoutError";
}

/** What answered is not the API, or cannot answer: a status without a GraphQL result. */
export class HttpError extends PapertapeError {
  override readonly name = "HttpError";
  readonly status: number;

  constructor(status: number, message: string, retryAfterMs?: number) {
    super(`HTTP_${status}`, message, { passes: statusPasses(status), retryAfterMs });
    this.status = status;
  }
}

/** The server does not let these credentials in (any more): 401 by HTTP, a close with 4401 or 4403 of a WebSocket. */
export class AccessError extends PapertapeError {
  override readonly name = "AccessError";
}

/** The server has closed the WebSocket. */
export class CloseError extends PapertapeError {
  override readonly name = "CloseError";
  readonly closeCode: number;

  constructor(closeCode: number, message: string, passes: boolean) {
    super(`CLOSED_${closeCode}`, message, { passes });
    this.closeCode = closeCode;
  }
}

/** The server broke its promise: an event is missing, or came twice. */
export class BrokenPromiseError extends PapertapeError {
  override readonly name = "BrokenPromiseError";
}

/** An error as GraphQL has it. */
export interface OperationError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** The operation was answered with errors. */
export class ApiError extends PapertapeError {
  override readonly name = "ApiError";
  readonly errors: readonly OperationError[];
  /** The code of each error. */
  readonly codes: readonly string[];
  /** What was answered all the same: fields that failed are null. Of a mutation some may have been done. */
  readonly data: unknown;

  constructor(errors: readonly OperationError[], data: unknown, retryAfterMs?: number) {
    const codes = errors.map(codeOf);
    const code = codes.find((one) => !PASSING_CODES.has(one)) ?? codes[0] ?? "NO_CODE";
    const message = errors.map((error) => error.message).join(" ");
    super(code, `${code}: ${message}`, { passes: PASSING_CODES.has(code), retryAfterMs });
    this.errors = errors;
    this.codes = codes;
    this.data = data;
  }
}

/** The error of an operation that was answered with errors. */
export function operationProblem(
  errors: readonly OperationError[],
  { data = null, status, retryAfterMs }: { data?: unknown; status?: number; retryAfterMs?: number | undefined } = {},
): PapertapeError {
  const wait = retryAfterMs ?? errors.map(waitOf).find((one) => one !== undefined);
  if (status === UNAUTHORIZED_STATUS || errors.some((error) => codeOf(error) === UNAUTHENTICATED))
    return accessProblem(UNAUTHENTICATED, errors.map((error) => error.message).join(" "));
  return new ApiError(errors, data, wait);
}

/** The error of credentials that are not good (any more). */
export function accessProblem(code: string, message: string): AccessError {
  return new AccessError(code, `${message} The \`key\` of createClient must be one that the server knows.`);
}

/** The error of an answer that is no GraphQL result. */
export function statusProblem(status: number, body: string, retryAfterMs?: number): PapertapeError {
  if (status === UNAUTHORIZED_STATUS)
    return accessProblem(UNAUTHENTICATED, `The server answered with status ${status}.`);
  const said = body === "" ? "" : `: ${body}`;
  return new HttpError(status, `The server answered with status ${status}, and no result${said}`, retryAfterMs);
}

export function statusPasses(status: number): boolean {
  return PASSING_STATUSES.has(status) || status >= SERVER_STATUSES_MIN;
}

function codeOf({ extensions }: OperationError): string {
  return String(extensions?.["code"] ?? "NO_CODE");
}

function waitOf({ extensions }: OperationError): number | undefined {
  const seconds = extensions?.["retryAfterSeconds"];
  return typeof seconds === "number" ? seconds * 1000 : undefined;
}
