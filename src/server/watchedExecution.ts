// Execution as it is watched: the same results, with each error noted to be of its request.
import type { ExecutionArgs, ExecutionResult } from "graphql";
import type { Plugin } from "graphql-yoga";
import { NOBODY } from "../auth/viewer.ts";
import { beginSource, beginSubscription, executeOperation } from "./execution.ts";
import type { OperationOrigin } from "./operation.ts";
import { noteRequest } from "./requestIds.ts";
import type { ServerWatch } from "./watch.ts";

type Begun = Awaited<ReturnType<typeof beginSubscription>>;
type Source = Awaited<ReturnType<typeof beginSource>>;

export interface WatchedExecution {
  /** As executeOperation does. Without an origin, the context's own one counts. */
  execute(args: ExecutionArgs, origin?: OperationOrigin): Promise<ExecutionResult>;
  begin(args: ExecutionArgs): Promise<Begun>;
  beginSource(args: ExecutionArgs): Promise<Source>;
}

const NOWHERE: OperationOrigin = { transport: "http", headers: {}, viewer: NOBODY };

/** The context of most roads tells where its operation came from. */
function originOf({ contextValue }: ExecutionArgs): OperationOrigin {
  return (contextValue as { readonly origin?: OperationOrigin } | undefined)?.origin ?? NOWHERE;
}

const NO_ERRORS: readonly unknown[] = [];

function errorsOf(result: object): readonly unknown[] {
  return (result as ExecutionResult).errors ?? NO_ERRORS;
}

/** Makes Yoga execute as the fast road does. */
export function executeWatched(watch: ServerWatch | undefined): Plugin {
  const { execute, begin } = watchExecution(watch);
  const executed = new WeakSet<OperationOrigin>();
  /** Notes where an operation came from that was executed, whatever became of it: it is counted there. */
  const noted = (args: ExecutionArgs): ExecutionArgs => {
    executed.add(originOf(args));
    return args;
  };
  return {
    onExecute: ({ setExecuteFn }) => setExecuteFn((args: ExecutionArgs) => execute(noted(args))),
    onSubscribe: ({ setSubscribeFn }) => setSubscribeFn((args: ExecutionArgs) => begin(noted(args))),
    onResultProcess: ({ result, serverContext }) => {
      const errors = "errors" in result ? errorsOf(result) : NO_ERRORS;
      const { origin = NOWHERE } = serverContext as { readonly origin?: OperationOrigin };
      if (errors.length > 0 && !executed.has(origin)) watch?.refused(origin.transport, errors);
    },
  };
}

export function watchExecution(watch: ServerWatch | undefined): WatchedExecution {
  async function run<Result extends object>(
    args: ExecutionArgs,
    origin: OperationOrigin,
    work: (args: ExecutionArgs) => PromiseLike<Result>,
  ): Promise<Result> {
    const noted = async (): Promise<Result> => {
      try {
        const result = await work(args);
        for (const error of errorsOf(result)) noteRequest(error, origin.requestId);
        return result;
      } catch (error) {
        noteRequest(error, origin.requestId);
        throw error;
      }
    };
    return watch === undefined ? noted() : watch.operation(args, origin, errorsOf, noted);
  }
  return {
    execute: (args, origin = originOf(args)) => run(args, origin, executeOperation),
    begin: (args) => run(args, originOf(args), beginSubscription),
    beginSource: (args) => run(args, originOf(args), beginSource),
  };
}
