// Lets operations in within limits, on every road the same: their cost, their client's budget, their time.
import type { IncomingMessage } from "node:http";
import { type DocumentNode, type ExecutionResult, GraphQLError, type GraphQLSchema } from "graphql";
import {
  BODY_FREE_BYTES,
  BODY_WORK_MS_FOR_A_MIB,
  COSTLIEST_FIELDS_TOLD,
  FINE_WORK_MS_FOR_ONE,
  NEW_DOCUMENT_COST,
  NEW_DOCUMENT_PAIRS_FOR_ONE,
  type OperationLimits,
  RATE_CLIENTS_MAX,
  SOCKET_COST,
} from "../limits.ts";
import type { OperationOrigin } from "../operation.ts";
import { AtOnce } from "./atOnce.ts";
import { type CostPlan, planCost } from "./costPlan.ts";
import { Deadlines } from "./deadlines.ts";
import { addressKey, type RateKeyOf, rateKeyOf } from "./rateKey.ts";
import { beyondLimit, rateLimited, shown, timedOut, tooManyWaiting } from "./refusals.ts";
import { SocketCounts } from "./socketCounts.ts";
import { withoutSuggestions } from "./suggestions.ts";
import { TimeShares } from "./timeShares.ts";
import { TokenBuckets } from "./tokenBuckets.ts";

/** A valid operation that asks to be let in. */
export interface AskedOperation {
  readonly origin: OperationOrigin;
  readonly document: DocumentNode;
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>> | null | undefined;
  /** Whether its result is to tell its cost. */
  readonly tellsCost: boolean;
}

/** Charges who was let in with a request for work that is no operation; answers why it is refused. */
export type ChargeWork = (request: IncomingMessage, cost: number) => GraphQLError | undefined;

/** The context of an operation that was let in before it comes to its execution. */
type ContextValue = object;

/** What an operation costs, and what its client has left: null where there is no limit. */
export interface CostNote {
  readonly cost: number;
  readonly remaining: number | null;
  readonly limit: number | null;
}

/** An operation that was let in, and paid for. */
export interface Admission {
  readonly origin: OperationOrigin;
  readonly key: string;
  readonly cost: number;
  readonly tellsCost: boolean;
}

/** The extension and the header that ask for `extensions.cost`. */
export function asksForCost(
  headers: Readonly<Record<string, unknown>>,
  extensions: Readonly<Record<string, unknown>> | null | undefined,
): boolean {
  return extensions?.["cost"] === true || headers["x-papertape-cost"] === "1";
}

const NO_VARIABLES = Object.freeze({});
const NO_NAME = "";
const CHARS_FOR_NEW_DOCUMENT_COST = 1000;
const BYTES_FOR_BODY_COST = 1024;
const MIB = 1024 * 1024;

export class OperationGuard {
  readonly limits: OperationLimits;
  readonly sockets: SocketCounts;
  private readonly deadlines: Deadlines;
  private readonly schema: GraphQLSchema;
  private readonly keyOf: RateKeyOf;
  private readonly budgets: TokenBuckets | undefined;
  private readonly shares: TimeShares | undefined;
  private readonly beginnings: AtOnce | undefined;
  private readonly admitted = new WeakMap<ContextValue, Admission>();
  private readonly plans = new WeakMap<DocumentNode, Map<string, CostPlan | undefined>>();

  constructor(schema: GraphQLSchema, limits: OperationLimits, keyOf: RateKeyOf = rateKeyOf) {
    this.schema = schema;
    this.limits = limits;
    this.keyOf = keyOf;
    const { rateCostPerSecond: perSecond, rateBurst: burst } = limits;
    const { readingShareOfAClient, subscriptionsBegunAtOnceMax } = limits;
    this.budgets = perSecond === 0 ? undefined : new TokenBuckets({ perSecond, burst }, RATE_CLIENTS_MAX);
    this.shares = readingShareOfAClient === 0 ? undefined : new TimeShares(readingShareOfAClient);
    this.beginnings = subscriptionsBegunAtOnceMax === 0 ? undefined : new AtOnce(subscriptionsBegunAtOnceMax);
    this.deadlines = new Deadlines(limits.operationTimeMsMax);
    this.sockets = new SocketCounts(limits.socketsPerClientMax);
  }

  /** Lets an operation in and charges its cost, or answers why not. One that the document does not have costs nothing. */
  admit({ origin, document, operationName, variables, tellsCost }: AskedOperation): Admission | GraphQLError {
    const plan = this.plan(document, operationName);
    const given = variables ?? NO_VARIABLES;
    const cost = plan?.cost(given) ?? 0;
    if (plan !== undefined && cost > this.limits.costMax) return costTooHigh(plan, given, cost, this.limits.costMax);
    const key = this.keyOf(origin);
    return this.charge(key, cost) ?? { origin, key, cost, tellsCost };
  }

  /** Executes what was let in, within its time, and tells its cost where that is asked for. */
  async finish(admission: Admission, work: () => Promise<ExecutionResult>): Promise<ExecutionResult> {
    const result = await this.deadlines.within(work(), () => ({ errors: [timedOut(this.limits.operationTimeMsMax)] }));
    const told = this.told(result, admission.origin);
    if (!admission.tellsCost) return told;
    return { ...told, extensions: { ...told.extensions, cost: this.note(admission) } };
  }

  /** Whether one is told the schema: by introspection, and by the names that errors suggest. */
  tellsSchema({ viewer }: Pick<OperationOrigin, "viewer">): boolean {
    const { introspection } = this.limits;
    return introspection === "on" || (introspection === "admin" && viewer.scopes.has("admin"));
  }

  /** A result as one may be told it: without suggestions, where the schema is not told. */
  told(result: ExecutionResult, origin: Pick<OperationOrigin, "viewer">): ExecutionResult {
    if (result.errors === undefined || this.tellsSchema(origin)) return result;
    return { ...result, errors: result.errors.map(withoutSuggestions) };
  }

  /** As `admit`, for an operation that `run` will execute later with this context. */
  admitEarly(asked: AskedOperation, contextValue: ContextValue): Admission | GraphQLError {
    const admitted = this.admit(asked);
    if (!(admitted instanceof GraphQLError)) this.admitted.set(contextValue, admitted);
    return admitted;
  }

  /** Executes an operation if it is let in, or was. */
  async run(
    asked: AskedOperation,
    work: () => Promise<ExecutionResult>,
    contextValue?: ContextValue,
  ): Promise<ExecutionResult> {
    const admitted = (contextValue && this.admitted.get(contextValue)) ?? this.admit(asked);
    return admitted instanceof GraphQLError ? { errors: [admitted] } : this.finish(admitted, work);
  }

  /** Charges what it costs to read a document that is not known yet, whatever it is; answers why it is refused. */
  chargeText(origin: OperationOrigin, chars: number): GraphQLError | undefined {
    return this.charge(this.keyOf(origin), NEW_DOCUMENT_COST * Math.ceil((chars + 1) / CHARS_FOR_NEW_DOCUMENT_COST));
  }

  /** Charges what it costs to validate a document of so many selections; answers why it is refused. */
  chargeSelections(origin: OperationOrigin, selections: number): GraphQLError | undefined {
    return this.charge(this.keyOf(origin), Math.floor(selections ** 2 / NEW_DOCUMENT_PAIRS_FOR_ONE));
  }

  /**
   * Charges what it costs to read a body or message that is larger than usual; answers why it is refused. One that is not
   * read before it is let in takes no time where it is refused.
   */
  chargeBody(originOf: () => OperationOrigin, bytes: number, isRead: boolean): GraphQLError | undefined {
    if (bytes <= BODY_FREE_BYTES) return undefined;
    const client = this.keyOf(originOf());
    const refused = this.charge(client, Math.ceil((bytes - BODY_FREE_BYTES) / BYTES_FOR_BODY_COST));
    if (isRead || refused === undefined) this.shares?.spend(client, (bytes / MIB) * BODY_WORK_MS_FOR_A_MIB);
    return refused;
  }

  /** Charges for work that is no operation, an export or import; answers why it is refused. */
  chargeWork(origin: OperationOrigin, cost: number): GraphQLError | undefined {
    return this.charge(this.keyOf(origin), cost);
  }

  /** Charges what it costs to open a WebSocket; answers why that is refused. */
  chargeSocket(address: string | undefined): GraphQLError | undefined {
    return this.charge(addressKey(address), SOCKET_COST);
  }

  /** Charges a client for what is refused, whether or not he has so much: he may be in debt then. */
  fine(client: string, cost: number): void {
    this.budgets?.owe(client, cost);
    this.shares?.spend(client, cost * FINE_WORK_MS_FOR_ONE);
  }

  /** As `fine`, for one who was not let in: nothing of an address waits for its turn, so only its budget is charged. */
  fineAddress(address: string | undefined, cost: number): void {
    this.budgets?.owe(addressKey(address), cost);
  }

  /** Reads what a client has sent, and counts how long that took. */
  timed<Result>(originOf: () => OperationOrigin, read: () => Result): Result {
    return this.shares === undefined ? read() : this.shares.timed(() => this.keyOf(originOf()), read);
  }

  /** Resolves when more of a client may be read, or where nobody waits for it any more; undefined where that is now. */
  turn(originOf: () => OperationOrigin, isGone: () => boolean): Promise<void> | undefined {
    return this.shares?.turn(() => this.keyOf(originOf()), isGone);
  }

  /** Why a request of a client may not wait for its turn, where too many others of his do. */
  crowded(client: string): GraphQLError | undefined {
    const { waitingOfAClientMax: max } = this.limits;
    const waitMs = this.shares?.crowdedMs(client, max);
    return waitMs === undefined ? undefined : tooManyWaiting(max, waitMs);
  }

  /** Begins a subscription of a client, when there are not too many others of his that begin. */
  begin<Result>(origin: OperationOrigin, work: () => Promise<Result>): Promise<Result> {
    return this.beginnings === undefined ? work() : this.beginnings.run(this.keyOf(origin), work);
  }

  /** Why nothing of a client is looked at, where his budget is spent. */
  spent(client: string): GraphQLError | undefined {
    if (this.budgets === undefined || this.budgets.left(client) >= 1) return undefined;
    return rateLimited(this.limits.rateCostPerSecond, this.budgets.waitMs(client, 1));
  }

  /** The client that an operation is counted for. */
  clientOf(origin: OperationOrigin): string {
    return this.keyOf(origin);
  }

  private charge(key: string, cost: number): GraphQLError | undefined {
    if (this.budgets === undefined || this.budgets.take(key, cost)) return undefined;
    return rateLimited(this.limits.rateCostPerSecond, this.budgets.waitMs(key, cost));
  }

  private plan(document: DocumentNode, operationName: string | null | undefined): CostPlan | undefined {
    const name = operationName ?? NO_NAME;
    let plans = this.plans.get(document);
    if (plans === undefined) {
      plans = new Map();
      this.plans.set(document, plans);
    }
    const known = plans.get(name);
    if (known !== undefined) return known;
    const plan = planCost(this.schema, document, operationName);
    // Names that no operation has are the client's to invent.
    if (plan !== undefined) plans.set(name, plan);
    return plan;
  }

  private note({ key, cost }: Admission): CostNote {
    if (this.budgets === undefined) return { cost, remaining: null, limit: null };
    return { cost, remaining: Math.max(0, Math.floor(this.budgets.left(key))), limit: this.limits.rateBurst };
  }
}

function costTooHigh(plan: CostPlan, given: Readonly<Record<string, unknown>>, cost: number, limit: number) {
  const costliest = plan.costliest(given, COSTLIEST_FIELDS_TOLD);
  const most = costliest.map(({ field, cost: part }) => `${field} ${shown(part)}`).join(", ");
  const message = `The operation costs ${shown(cost)}; at most ${shown(limit)} are allowed. It costs most: ${most}. Ask for smaller pages, or in several operations.`;
  return beyondLimit("COST_TOO_HIGH", message, { limit, actual: cost });
}
