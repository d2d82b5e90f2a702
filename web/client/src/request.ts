// One operation by HTTP: its data, or an error that says what went wrong.
import { NetworkError, type OperationError, operationProblem, statusProblem, TimeoutError } from "./errors.ts";
import { BODY_SHOWN_MAX } from "./limits.ts";
import { codeIn } from "./socketErrors.ts";

export interface HttpRequest {
  /** http://HOST:PORT/graphql */
  readonly address: string;
  readonly fetch: typeof globalThis.fetch;
  /** The header `authorization`; undefined without a key. */
  readonly authorization: string | undefined;
  readonly query: string;
  readonly variables: unknown;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly OperationError[];
}

/** The data of an operation. Throws a PapertapeError, or the reason of the signal. */
export async function request(asked: HttpRequest): Promise<unknown> {
  const { timeoutMs, signal } = asked;
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  const signals = signal === undefined ? [timeout.signal] : [signal, timeout.signal];
  try {
    return await exchange(asked, AbortSignal.any(signals), () => signal?.throwIfAborted());
  } catch (error) {
    if (timeout.signal.aborted && !(signal?.aborted ?? false))
      throw new TimeoutError("TIMEOUT", `There was no answer within ${timeoutMs} ms.`, { passes: true, cause: error });
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function exchange(asked: HttpRequest, signal: AbortSignal, throwIfLeft: () => void): Promise<unknown> {
  const headers = {
    "content-type": "application/json",
    accept: "application/graphql-response+json, application/json",
    ...(asked.authorization !== undefined && { authorization: asked.authorization }),
  };
  const body = JSON.stringify({ query: asked.query, variables: asked.variables });
  throwIfLeft();
  let response: Response;
  let text: string;
  try {
    response = await asked.fetch(asked.address, { method: "POST", headers, body, signal });
    text = await response.text();
  } catch (error) {
    throwIfLeft();
    throw networkProblem(error);
  }
  return dataOf(response, text);
}

function dataOf({ status, ok, headers }: Response, text: string): unknown {
  const retryAfterMs = retryAfter(headers.get("retry-after"));
  const answer = parse(text);
  if (answer === undefined) throw statusProblem(status, text.slice(0, BODY_SHOWN_MAX), retryAfterMs);
  const { data, errors = [] } = answer;
  if (errors.length > 0) throw operationProblem(errors, { data, status, retryAfterMs });
  if (!ok || data === undefined || data === null) throw statusProblem(status, "", retryAfterMs);
  return data;
}

/** Undefined for what is no result of GraphQL. */
function parse(text: string): Answer | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === "object" && answer !== null && ("data" in answer || "errors" in answer))
      return answer as Answer;
  } catch {
    // It is none.
  }
  return undefined;
}

/** Seconds, or a date. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** fetch says only that it has failed, and why in its cause. */
function networkProblem(error: unknown): NetworkError {
  const cause = (error as { readonly cause?: unknown }).cause;
  const code = codeIn(cause) ?? codeIn(error) ?? "NO_CONNECTION";
  const said = [error, cause].flatMap((one) => (one instanceof Error && one.message !== "" ? [one.message] : []));
  return new NetworkError(code, `The connection failed: ${said.join(": ") || code}`, { passes: true, cause: error });
}
