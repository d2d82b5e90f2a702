// What clients see of errors: those thrown on purpose as they are, unexpected ones as a masked error with an id.
import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { v7 as newId } from "uuid";
import { DeskBusyError, DeskClosedError } from "../services/writeRoad.ts";
import type { Log } from "./log.ts";
import { requestOfError } from "./requestIds.ts";

export const UNEXPECTED_MESSAGE = "Unexpected error.";

function isThrownOnPurpose(error: unknown): error is GraphQLError {
  if (!(error instanceof GraphQLError)) return false;
  return error.originalError === undefined || isThrownOnPurpose(error.originalError);
}

/** What the desk throws when it cannot take work now: nothing was done, and the same may be sent again. */
function codeOfRefusal(error: unknown): string | undefined {
  if (error instanceof DeskBusyError) return "DESK_BUSY";
  return error instanceof DeskClosedError ? "SERVER_CLOSING" : undefined;
}

/** Whether an error, of an operation's result or thrown, is one that nobody meant. */
export function isUnexpected(error: unknown): boolean {
  if (isThrownOnPurpose(error)) return false;
  return codeOfRefusal(error instanceof GraphQLError ? error.originalError : error) === undefined;
}

/** The error to answer with in place of `error`. */
export type MaskError = (error: unknown) => GraphQLError;

/**
 * Lets GraphQL errors that were thrown on purpose through, and the desk's refusals with a code. Anything else is logged under a new id and becomes
 * "Unexpected error." with the code INTERNAL_SERVER_ERROR and that id as `extensions.errorId`, beside that of the request.
 */
export function createErrorMask(log: Log): MaskError {
  return (error) => {
    if (isThrownOnPurpose(error)) return error;
    const located = error instanceof GraphQLError ? error : undefined;
    const refusal = located?.originalError ?? error;
    const code = codeOfRefusal(refusal);
    if (code !== undefined) {
      const { nodes = null, path = null } = located ?? {};
      return new GraphQLError((refusal as Error).message, { nodes, path, extensions: { code } });
    }
    const errorId = newId();
    const requestId = requestOfError(error);
    const path = located?.path?.join(".");
    log.error({ errorId, requestId, path, err: located?.originalError ?? error }, "unexpected error");
    return new GraphQLError(UNEXPECTED_MESSAGE, {
      nodes: located?.nodes ?? null,
      path: located?.path ?? null,
      extensions: { code: "INTERNAL_SERVER_ERROR", errorId, ...(requestId && { requestId }), unexpected: true },
    });
  };
}

/** The error as clients see it: without the extensions that are notes to the HTTP transport. */
export function publicError(error: GraphQLError): GraphQLFormattedError {
  const { extensions: all, ...formatted } = error.toJSON();
  const { http, unexpected, ...extensions } = all ?? {};
  return Object.keys(extensions).length === 0 ? formatted : { ...formatted, extensions };
}
