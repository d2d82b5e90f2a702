// Metrics of operations: how many, how they ended, how long they took, on every transport.
import type { Registry } from "prom-client";
import type { OperationOrigin } from "../operation.ts";
import type { OperationLabel } from "./operationNames.ts";
import { type Buckets, type Tally, tallyCounter, tallyHistogram } from "./tallies.ts";

/** `ok`: no error; `errors`: some that were meant (a wrong variable, no right); `failed`: one that was not. */
export type OperationOutcome = "ok" | "errors" | "failed";

type Transport = OperationOrigin["transport"];

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface OperationMetrics {
  ended(label: OperationLabel, origin: Transport, outcome: OperationOutcome, seconds: number): void;
  /** An operation that was not executed; `code` is the code of its error, one of the server's own. */
  refused(transport: Transport, code: string): void;
}

/** What is counted for one label: found once, as the same one comes again and again. */
interface OfLabel {
  readonly seconds: Buckets;
  readonly ended: Partial<Record<Transport, Partial<Record<OperationOutcome, Tally>>>>;
}

export function createOperationMetrics(registry: Registry): OperationMetrics {
  const operations = tallyCounter(registry, {
    name: "papertape_operations_total",
    help: "GraphQL operations that were executed; a subscription counts when it begins",
    labelNames: ["transport", "kind", "operation", "outcome"],
  });
  const seconds = tallyHistogram(registry, {
    name: "papertape_operation_seconds",
    help: "How long queries and mutations took, and subscriptions to begin",
    labelNames: ["operation"],
    buckets: SECONDS,
  });
  const refused = tallyCounter(registry, {
    name: "papertape_operations_refused_total",
    help: "GraphQL operations that were not executed, by the code of their error",
    labelNames: ["transport", "code"],
  });
  const known = new WeakMap<OperationLabel, OfLabel>();
  const begin = (label: OperationLabel): OfLabel => {
    const found = { seconds: seconds({ operation: label.operation }), ended: {} };
    known.set(label, found);
    return found;
  };
  return {
    ended: (label, transport, outcome, took) => {
      const found = known.get(label) ?? begin(label);
      found.seconds.observe(took);
      found.ended[transport] ??= {};
      const ended = found.ended[transport];
      ended[outcome] ??= operations({ transport, kind: label.kind, operation: label.operation, outcome });
      ended[outcome].count += 1;
    },
    refused: (transport, code) => {
      refused({ transport, code }).count += 1;
    },
  };
}
