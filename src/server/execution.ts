// Execution by graphql-js on every road, told apart from requests that could not be executed at all.
import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  GraphQLError,
  subscribe,
} from "graphql";

/** graphql-js repeats a wrong value whole, and one can be megabytes long: its beginning and the rule's end are kept. */
const MESSAGE_CHARS_MAX = 600;
const MESSAGE_END_CHARS = 300;

/** Nothing was executed (a variable has a wrong value, say): over HTTP that is the client's fault, status 400. */
function markRequestErrors(result: ExecutionResult): ExecutionResult {
  if (result.data !== undefined) return result;
  return { ...result, errors: (result.errors ?? []).map(requestError) };
}

function requestError(error: GraphQLError): GraphQLError {
  const { nodes = null, source = null, positions = null, path = null, originalError = null } = error;
  const extensions = { code: "BAD_USER_INPUT", ...error.extensions, http: { status: 400 } };
  return new GraphQLError(shortened(error.message), { nodes, source, positions, path, originalError, extensions });
}

function shortened(message: string): string {
  if (message.length <= MESSAGE_CHARS_MAX) return message;
  return `${message.slice(0, MESSAGE_CHARS_MAX - MESSAGE_END_CHARS)} … ${message.slice(-MESSAGE_END_CHARS)}`;
}

/** Executes a query or mutation. Throws only where the arguments themselves are not usable. */
export async function executeOperation(args: ExecutionArgs): Promise<ExecutionResult> {
  return markRequestErrors(await execute(args));
}

/** Begins a subscription, or tells why it cannot be begun. */
export async function beginSubscription(args: ExecutionArgs): ReturnType<typeof subscribe> {
  const begun = await subscribe(args);
  return Symbol.asyncIterator in begun ? begun : markRequestErrors(begun);
}

/** Begins the source of a subscription, whose values are still to be executed, or tells why it cannot be begun. */
export async function beginSource(args: ExecutionArgs): ReturnType<typeof createSourceEventStream> {
  const begun = await createSourceEventStream(args);
  return Symbol.asyncIterator in begun ? begun : markRequestErrors(begun);
}
