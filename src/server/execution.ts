// Execution by graphql-js on every road, told apart from requests that could not be executed at all.
import { type ExecutionArgs, type ExecutionResult, execute, type GraphQLError, subscribe } from "graphql";
import type { Plugin } from "graphql-yoga";

/** Nothing was executed (a variable has a wrong value, say): over HTTP that is the client's fault, status 400. */
function markRequestErrors(result: ExecutionResult): ExecutionResult {
  if (result.data !== undefined) return result;
  for (const error of result.errors ?? []) noteStatus(error, 400);
  return result;
}

function noteStatus(error: GraphQLError, status: number): void {
  Object.assign(error.extensions, { http: { status } });
}

/** Executes a query or mutation. Throws only where the arguments themselves are not usable. */
export async function executeOperation(args: ExecutionArgs): Promise<ExecutionResult> {
  return markRequestErrors(await execute(args));
}

/** Makes Yoga execute as the fast road does. */
export const executeWithGraphqlJs: Plugin = {
  onExecute: ({ setExecuteFn }) => setExecuteFn(executeOperation),
  onSubscribe: ({ setSubscribeFn }) => setSubscribeFn(subscribe),
};
