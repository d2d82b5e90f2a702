// What clients see of errors: those thrown on purpose as they are, unexpected ones as a masked error with an id.
import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { v7 as newId } from "uuid";
import type { Log } from "./log.ts";

export const UNEXPECTED_MESSAGE = "Unexpected error.";

function isThrownOnPurpose(error: unknown): error is GraphQLError {
  if (!(error instanceof GraphQLError)) return false;
  return error.originalError === undefined || isThrownOnPurpose(error.originalError);
}

/** The error to answer with in place of `error`. */
export type MaskError = (error: unknown) => GraphQLError;

/**
 * Lets GraphQL errors that were thrown on purpose through. Anything else is logged under a new id and becomes
 * "Unexpected error." with the code INTERNAL_SERVER_ERROR and that id as `extensions.errorId`.
 */
export function createErrorMask(log: Log): MaskError {
  return (error) => {
    if (isThrownOnPurpose(error)) return error;
    const errorId = newId();
    const located = error instanceof GraphQLError ? error : undefined;
    log.error({ errorId, path: located?.path?.join("."), err: located?.originalError ?? error }, "unexpected error");
    return new GraphQLError(UNEXPECTED_MESSAGE, {
      nodes: located?.nodes ?? null,
      path: located?.path ?? null,
      extensions: { code: "INTERNAL_SERVER_ERROR", errorId, unexpected: true },
    });
  };
}

/** The error as clients see it: without the extensions that are notes to the HTTP transport. */
export function publicError(error: GraphQLError): GraphQLFormattedError {
  const { extensions: all, ...formatted } = error.toJSON();
  const { http, unexpected, ...extensions } = all ?? {};
  return Object.keys(extensions).length === 0 ? formatted : { ...formatted, extensions };
}
