// The names of operations as metrics show them: clients choose them, so only so many are told apart.
import { type DocumentNode, type ExecutionArgs, getOperationAST, type OperationTypeNode } from "graphql";

/** Names that are told apart, besides those that are known from the start; any other is "other". */
export const OPERATION_NAMES_MAX = 100;
const WELL_FORMED = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

const ANONYMOUS = "anonymous";
const OTHER = "other";

/** What an operation is called in metrics and logs. */
export interface OperationLabel {
  readonly operation: string;
  readonly kind: OperationTypeNode | "none";
}

/** One that could not be executed, as its document has no such operation. */
const NONE: OperationLabel = { operation: OTHER, kind: "none" };

export class OperationNames {
  private readonly names: Set<string>;
  private readonly namesMax: number;
  private readonly labels = new WeakMap<DocumentNode, Map<string, OperationLabel>>();

  /** Names that are `known` always have their place. */
  constructor(known: Iterable<string> = []) {
    this.names = new Set([...known].filter((name) => WELL_FORMED.test(name)));
    this.namesMax = this.names.size + OPERATION_NAMES_MAX;
  }

  /** The label of what is executed: found once for a document that is kept. */
  labelOf({ document, operationName }: ExecutionArgs): OperationLabel {
    const asked = operationName ?? "";
    const known = this.labels.get(document)?.get(asked);
    if (known !== undefined) return known;
    const operation = getOperationAST(document, operationName);
    if (operation === null || operation === undefined) return NONE;
    const label = { operation: this.admitted(operation.name?.value), kind: operation.operation };
    const ofDocument = this.labels.get(document) ?? new Map<string, OperationLabel>();
    this.labels.set(document, ofDocument.set(asked, label));
    return label;
  }

  private admitted(name: string | undefined): string {
    if (name === undefined) return ANONYMOUS;
    if (this.names.has(name)) return name;
    if (!WELL_FORMED.test(name) || this.names.size >= this.namesMax) return OTHER;
    this.names.add(name);
    return name;
  }
}
