// The operations of WebSockets: parsed, executed, begun; each answers only while its id is still its own.
import { type ExecutionArgs, type ExecutionResult, GraphQLError } from "graphql";
import type { OperationResult, SubscribePayload } from "graphql-ws";
import type { MaskError } from "./errors.ts";
import type { OperationOrigin } from "./operation.ts";
import type { Holder } from "./operationIds.ts";
import { asksForCost, type OperationGuard } from "./operationLimits/guard.ts";
import type { FollowedOperation } from "./streams/channels.ts";
import { DeliveredIterator } from "./streams/deliveredIterator.ts";
import type { Subscriptions } from "./streams/subscriptions.ts";
import { originOf, type Visit, type VisitContext } from "./visit.ts";
import { type Enveloped, POST_REQUEST, type ServerContext, type Yoga } from "./yoga.ts";

/** An operation that was parsed and validated. */
interface Prepared {
  readonly enveloped: Enveloped;
  readonly visit: Visit;
  readonly id: string;
  readonly holder: Holder;
  /** The document as it came. */
  readonly text: string;
  readonly origin: OperationOrigin;
}

type Result = Awaited<OperationResult>;

export class WebSocketOperations {
  private readonly yoga: Yoga;
  private readonly guard: OperationGuard;
  private readonly subscriptions: Subscriptions;
  private readonly maskError: MaskError;
  private readonly prepared = new WeakMap<ExecutionArgs, Prepared>();

  constructor(yoga: Yoga, guard: OperationGuard, subscriptions: Subscriptions, maskError: MaskError) {
    this.yoga = yoga;
    this.guard = guard;
    this.subscriptions = subscriptions;
    this.maskError = maskError;
  }

  /** Parses and validates an operation: its arguments, or what is wrong. Never throws. */
  prepare(
    context: VisitContext,
    id: string,
    payload: SubscribePayload,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    const { underWay, ids } = context.extra;
    underWay.add(id);
    const holder = ids.take(id);
    const work = this.read(context, id, holder, payload).catch((error: unknown) => [this.maskError(error)]);
    return ids.answer<ExecutionArgs | readonly GraphQLError[]>(id, holder, work);
  }

  execute(args: ExecutionArgs): Promise<Result> {
    return this.run(args, ({ enveloped }) => enveloped.execute(args));
  }

  subscribe(args: ExecutionArgs): Promise<Result> {
    return this.run(args, (known) => this.begin(args, known));
  }

  /** A result whose errors clients may see. */
  masked(result: ExecutionResult): ExecutionResult {
    return result.errors === undefined ? result : { ...result, errors: result.errors.map(this.maskError) };
  }

  private async read(context: VisitContext, id: string, holder: Holder, payload: SubscribePayload) {
    const { extra: visit } = context;
    const start: ServerContext = { origin: originOf(context), req: visit.request };
    const enveloped = this.yoga.getEnveloped({ ...start, request: POST_REQUEST, params: payload });
    const document = enveloped.parse(payload.query);
    const faults: readonly GraphQLError[] = enveloped.validate(enveloped.schema, document);
    if (faults.length > 0) return faults;
    const args: ExecutionArgs = {
      schema: enveloped.schema,
      document,
      contextValue: await enveloped.contextFactory(),
      variableValues: payload.variables ?? null,
      operationName: payload.operationName ?? null,
    };
    const refused = this.admit(start, args, payload);
    if (refused !== undefined) return [refused];
    this.prepared.set(args, { enveloped, visit, id, holder, text: payload.query, origin: start.origin });
    return args;
  }

  /** Why an operation is not let in, if so: it is told of before anything of it is executed. */
  private admit({ origin }: ServerContext, args: ExecutionArgs, { extensions }: SubscribePayload) {
    const { document, operationName, variableValues: variables } = args;
    const tellsCost = asksForCost(origin.headers, extensions);
    const asked = { origin, document, operationName, variables, tellsCost };
    const admitted = this.guard.admitEarly(asked, args.contextValue as object);
    return admitted instanceof GraphQLError ? admitted : undefined;
  }

  /** Answers what `work` does, unless the client uses the id anew meanwhile. */
  private run(args: ExecutionArgs, work: (known: Prepared) => OperationResult): Promise<Result> {
    const known = this.prepared.get(args);
    if (known === undefined) throw new Error("only operations that were prepared are executed");
    return known.visit.ids.answer(known.id, known.holder, this.guarded(known, work), leave);
  }

  private async guarded(known: Prepared, work: (known: Prepared) => OperationResult): Promise<Result> {
    try {
      return await work(known);
    } catch (error) {
      return { errors: [this.maskError(error)] };
    }
  }

  private async begin(args: ExecutionArgs, known: Prepared): Promise<Result> {
    known.visit.underWay.delete(known.id);
    const begun = await this.guard.begin(known.origin, () => this.subscriptions.begin(args, known.text));
    if (begun.kind === "refused") return this.masked(this.guard.told(begun.result, known.origin));
    if (begun.kind === "iterated") return begun.results as Result;
    return this.delivered(begun.operation, known);
  }

  private delivered(operation: FollowedOperation, { visit, id, holder }: Prepared): DeliveredIterator {
    const beginning = Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
    return new DeliveredIterator({
      begin: ({ failed: onFailed, ended: onEnded }) => {
        const stop = this.subscriptions.deliver(operation, {
          outlet: visit.outlet,
          write: (rendered) => visit.write(messageOf(beginning, rendered)),
          onFailed,
          onEnded,
        });
        return () => {
          stop();
          visit.ids.free(id, holder);
        };
      },
      abandon: () => operation.following.source.close(),
    });
  }
}

/** Ends a subscription that nobody waits for any more. */
function leave(result: Result): void {
  if (Symbol.asyncIterator in result) void (result as AsyncIterator<unknown>).return?.();
}

/** A message's last byte, after the result. */
const END = "}".charCodeAt(0);

/** The bytes of a message, put together at once: this runs for each message and client. */
function messageOf(beginning: Buffer, rendered: Buffer): Buffer {
  const end = beginning.length + rendered.length;
  const message = Buffer.allocUnsafe(end + 1);
  message.set(beginning);
  message.set(rendered, beginning.length);
  message[end] = END;
  return message;
}
