// What a WebSocket's end or fault means: of graphql-ws's word for it, in browsers and of the packages for Node.
import {
  accessProblem,
  CloseError,
  HttpError,
  NetworkError,
  type OperationError,
  operationProblem,
  PapertapeError,
} from "./errors.ts";

/** Close codes after which one comes back, besides those from 4500 on: faults of the server, timeouts, a client too slow. */
const PASSING_CLOSES: ReadonlySet<number> = new Set([1000, 1001, 1005, 1006, 1011, 1012, 1013, 1014, 4408]);
const SERVER_CLOSES_MIN = 4500;
/** Credentials that are missing or bad, and those that have expired or were revoked. */
const ACCESS_CLOSES: ReadonlySet<number> = new Set([4401, 4403]);
const BROKEN_CONNECTION = 1006;

/** What a system calls a connection that failed: ECONNREFUSED, EAI_AGAIN. Node's own faults begin with ERR_. */
const SYSTEM_CODE = /^E(?!RR_)[A-Z_]+$/;

/** The socket was closed. */
export function closeProblem(event: unknown): PapertapeError {
  const facts = isObject(event) ? (event as { readonly code?: number; readonly reason?: string }) : {};
  const { code = BROKEN_CONNECTION, reason = "" } = facts;
  const message = `The connection was closed with ${code}${reason && `: ${reason}`}.`;
  if (ACCESS_CLOSES.has(code)) return accessProblem(`CLOSED_${code}`, message);
  return new CloseError(code, message, PASSING_CLOSES.has(code) || code >= SERVER_CLOSES_MIN);
}

/** What graphql-ws gives a sink: errors of the operation, or an event or error of its socket. */
export function sinkProblem(problem: unknown): PapertapeError {
  if (problem instanceof PapertapeError) return problem;
  if (Array.isArray(problem)) return operationProblem(problem as OperationError[]);
  if (isObject(problem) && "error" in problem && isObject(problem.error)) return socketProblem(problem.error);
  if (isObject(problem) && "code" in problem && "reason" in problem) return closeProblem(problem);
  // Browsers do not tell pages why there is no connection.
  if (isObject(problem) && "type" in problem && problem.type === "error")
    return new NetworkError("NO_CONNECTION", "There is no connection.", { passes: true });
  return socketProblem(problem);
}

/** There is no connection: refused, broken, or answered with a status. */
function socketProblem(error: unknown): PapertapeError {
  const message = error instanceof Error ? error.message : String(error);
  const [, status] = /^Unexpected server response: (\d+)$/.exec(message) ?? [];
  if (status !== undefined)
    return new HttpError(Number(status), `The server answered with status ${status}, and no WebSocket.`);
  const code = codeIn(error) ?? (isObject(error) ? codeIn((error as { cause?: unknown }).cause) : undefined);
  // The WebSocket of newer Nodes says no more than this.
  const isVague = code === undefined && /network error/i.test(message);
  const passes = isVague || (code !== undefined && SYSTEM_CODE.test(code));
  const known = code ?? (isVague ? "NO_CONNECTION" : "NO_CODE");
  return new NetworkError(known, `The connection failed: ${message || known}`, { passes, cause: error });
}

export function codeIn(error: unknown): string | undefined {
  return isObject(error) && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
