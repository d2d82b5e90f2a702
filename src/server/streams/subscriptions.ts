// The subscriptions that are open on any transport: begun here, delivered and rendered together.
import { type ExecutionArgs, type ExecutionResult, getOperationAST, Kind } from "graphql";
import { Following } from "../../events/following.ts";
import { createErrorMask } from "../errors.ts";
import type { StreamLimits } from "../limits.ts";
import type { Log } from "../log.ts";
import { type WatchedExecution, watchExecution } from "../watchedExecution.ts";
import { Channels, type FollowedOperation, type Rendered } from "./channels.ts";
import { createExecutions, type Execution } from "./compiledExecution.ts";
import { Delivery, Stream } from "./delivery.ts";
import type { Outlet } from "./outlet.ts";
import { StallWatch } from "./stallWatch.ts";

/** A subscription that can be begun: one that is followed, another source, or why there is none. */
export type Begun =
  | { readonly kind: "followed"; readonly operation: FollowedOperation }
  | { readonly kind: "iterated"; readonly results: AsyncIterableIterator<ExecutionResult> }
  | { readonly kind: "refused"; readonly result: ExecutionResult };

/** How a followed subscription reaches its client. */
export interface Reader {
  readonly outlet: Outlet;
  /** Writes one message; `cursor` is the value's place, where it has one. */
  write(rendered: Rendered, cursor: () => string | undefined): void;
  /** Called once where the source fails. */
  onFailed(error: unknown): void;
  /** Called once where the source has ended, after the last message. */
  onEnded(): void;
}

/** What is open: for those who watch the server, and for the tests. */
export interface OpenSubscriptions {
  readonly streams: number;
  readonly channels: number;
}

export class Subscriptions {
  readonly stalls: StallWatch;
  private readonly executions = createExecutions();
  private readonly delivery = new Delivery();
  private readonly channels: Channels;
  private readonly execution: WatchedExecution;
  private streams = 0;
  private readonly byField = new Map<string, number>();

  constructor(log: Log, { stalledAfterMs }: StreamLimits, execution = watchExecution(undefined)) {
    this.execution = execution;
    this.stalls = new StallWatch(stalledAfterMs);
    this.channels = new Channels((request) => this.executions.prepare(request), createErrorMask(log));
  }

  get open(): OpenSubscriptions {
    return { streams: this.streams, channels: this.channels.size };
  }

  /** How many of the streams follow each field of the schema's subscriptions. */
  get openByField(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.byField);
  }

  /** How long one who is woken now waits for his turn, in milliseconds. */
  delay(): Promise<number> {
    return this.delivery.delay();
  }

  /** Begins the source of a valid subscription; `text` is its document as it came. */
  async begin(args: ExecutionArgs, text: string): Promise<Begun> {
    const source = await this.execution.beginSource(args);
    if (!(Symbol.asyncIterator in source)) return { kind: "refused", result: source };
    const { schema, document, operationName } = args;
    const variableValues = args.variableValues as Record<string, unknown> | null | undefined;
    const contextValue = args.contextValue as object;
    const request = { schema, document, operationName, variableValues, contextValue };
    if (source instanceof Following) return { kind: "followed", operation: { ...request, text, following: source } };
    return { kind: "iterated", results: executeEach(source, this.executions.prepare(request)) };
  }

  /** Delivers to a reader from now on, until the answered function is called. */
  deliver(operation: FollowedOperation, reader: Reader): () => void {
    const { following } = operation;
    const channel = this.channels.join(operation);
    const stream = new Stream({
      delivery: this.delivery,
      source: following.source,
      channel,
      outlet: reader.outlet,
      write: (rendered, value) => reader.write(rendered, () => following.cursorOf?.(value)),
      onFailed: (error) => reader.onFailed(error),
      onEnded: () => reader.onEnded(),
    });
    const field = fieldOf(operation);
    this.count(field, 1);
    stream.wake();
    let isLeft = false;
    return () => {
      if (isLeft) return;
      isLeft = true;
      this.count(field, -1);
      stream.stop();
      this.channels.leave(channel);
    };
  }

  private count(field: string, change: 1 | -1): void {
    this.streams += change;
    this.byField.set(field, (this.byField.get(field) ?? 0) + change);
  }
}

/** The field that a subscription follows: it has exactly one. */
function fieldOf({ document, operationName }: FollowedOperation): string {
  const [first] = getOperationAST(document, operationName)?.selectionSet.selections ?? [];
  return first?.kind === Kind.FIELD ? first.name.value : "other";
}

/** The results of executing an operation for each value of a source. */
function executeEach(source: AsyncIterable<unknown>, execute: Execution): AsyncIterableIterator<ExecutionResult> {
  const values = source[Symbol.asyncIterator]();
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      const { done, value } = await values.next();
      return done === true ? { done, value: undefined } : { done: false, value: await execute(value) };
    },
    return: async () => {
      await values.return?.();
      return { done: true, value: undefined };
    },
  };
}
