// Why a PostgreSQL server could not be used, in one line for its operator.
import { errorCode, StartError } from "./startError.ts";

const UNREACHABLE = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOENT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
  "ETIMEDOUT",
]);

/** A StartError for what went wrong on a connection; `name` is the database's name for people. */
export function connectionProblem(cause: unknown, name: string): StartError {
  return new StartError(explain(cause, name), { cause });
}

function explain(cause: unknown, name: string): string {
  const code = errorCode(cause);
  const text = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
  if (UNREACHABLE.has(code)) return `${name} cannot be reached (${code}): check DATABASE_URL and that the server runs`;
  if (/timeout|terminated unexpectedly/i.test(text)) {
    return `${name} cannot be reached (no answer in time): check DATABASE_URL and that the server runs`;
  }
  if (code === "28P01" || code === "28000" || /^SASL|password/i.test(text)) {
    return `${name} refuses the user or the password of DATABASE_URL`;
  }
  if (code === "3D000") return `${name} does not exist: create it, or name another one in DATABASE_URL`;
  return `${name} cannot be used: ${text}`;
}
