// What has gone wrong, as a sentence for people.
import { AccessError, ApiError, HttpError, NetworkError, TimeoutError } from "@papertape/client";

export function textOf(error: unknown): string {
  if (error instanceof AccessError) return "The server does not take this key.";
  if (error instanceof NetworkError) return "The server does not answer.";
  if (error instanceof TimeoutError)
    return "The server has not answered in time. What was asked for may have been done.";
  if (error instanceof HttpError) return `The server answered with status ${error.status}.`;
  if (error instanceof ApiError) return error.errors.map(({ message }) => message).join(" ");
  return error instanceof Error ? error.message : String(error);
}
