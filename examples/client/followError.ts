// What can go wrong while an account is followed: problems that pass by themselves, and those that somebody has to look at.

/** Codes of operations that fail for now. Any other code stays: the operation, its cursor or its account is wrong. */
const PASSING_CODES: ReadonlySet<string> = new Set([
  "SERVER_CLOSING",
  "INTERNAL_SERVER_ERROR",
  "DESK_BUSY",
  "TOO_MANY_OPERATIONS",
]);

/** Close codes after which one comes back, besides those from 4500 on: faults of the server, timeouts, a client too slow. */
const PASSING_CLOSES: ReadonlySet<number> = new Set([1000, 1001, 1005, 1006, 1011, 1012, 1013, 1014, 4408]);
const SERVER_CLOSES_MIN = 4500;

const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 425, 429]);
const SERVER_STATUSES_MIN = 500;

/** What a system calls a connection that failed: ECONNREFUSED, EAI_AGAIN. Node's own faults begin with ERR_. */
const SYSTEM_CODE = /^E(?!RR_)[A-Z_]+$/;

/** What to do about a code, where that is not in the server's message. */
const ADVICE: Readonly<Record<string, string>> = {
  BAD_CURSOR: "The kept cursor is of another account or database: remove it, and load the state anew.",
  ACCOUNT_NOT_FOUND: "`enable` makes it.",
};

/** A problem and its code: the API's (BAD_CURSOR), a close code (CLOSED_4406), a status (HTTP_404) or a system's. */
export class FollowError extends Error {
  override readonly name = "FollowError";
  readonly code: string;
  /** Whether connecting again can help. Those that are thrown at the bot do not pass. */
  readonly passes: boolean;

  constructor(code: string, message: string, passes = false) {
    super([message, ADVICE[code]].filter(Boolean).join(" "));
    this.code = code;
    this.passes = passes;
  }
}

interface OperationError {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** An operation was answered with errors. */
export function operationProblem(errors: readonly OperationError[]): FollowError {
  const codes = errors.map(({ extensions }) => String(extensions?.["code"] ?? "NO_CODE"));
  const code = codes.find((one) => !PASSING_CODES.has(one)) ?? codes[0] ?? "NO_CODE";
  const message = errors.map((error) => error.message).join(" ");
  return new FollowError(code, `${code}: ${message}`, PASSING_CODES.has(code));
}

/** The socket was closed. */
export function closeProblem(event: unknown): FollowError {
  const { code = 1006, reason = "" } = isObject(event) ? (event as { code?: number; reason?: string }) : {};
  const passes = PASSING_CLOSES.has(code) || code >= SERVER_CLOSES_MIN;
  return new FollowError(`CLOSED_${code}`, `The connection was closed with ${code}${reason && `: ${reason}`}.`, passes);
}

/** What graphql-ws gives a sink: errors of the operation, or an event or error of its socket. */
export function sinkProblem(problem: unknown): FollowError {
  if (Array.isArray(problem)) return operationProblem(problem);
  if (isObject(problem) && "error" in problem) return socketProblem(problem.error);
  if (isObject(problem) && "code" in problem && "reason" in problem) return closeProblem(problem);
  return socketProblem(problem);
}

/** There is no connection: refused, broken, or answered with a status. */
function socketProblem(error: unknown): FollowError {
  const message = error instanceof Error ? error.message : String(error);
  const [, status] = /^Unexpected server response: (\d+)$/.exec(message) ?? [];
  if (status !== undefined) {
    const passes = PASSING_STATUSES.has(Number(status)) || Number(status) >= SERVER_STATUSES_MIN;
    return new FollowError(`HTTP_${status}`, `The server answered with status ${status}, and no WebSocket.`, passes);
  }
  if (message === "Opening handshake has timed out") return new FollowError("NO_ANSWER", message, true);
  const code = isObject(error) && "code" in error ? String(error.code) : "NO_CODE";
  return new FollowError(code, `The connection failed: ${message || code}`, SYSTEM_CODE.test(code));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
