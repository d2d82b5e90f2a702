// Metrics of operations: how many, how they ended, how long they took, on every transport.
import { Counter, Histogram, type Registry } from "prom-client";
import type { OperationOrigin } from "../operation.ts";
import type { OperationLabel } from "./operationNames.ts";

/** `ok`: no error; `errors`: some that were meant (a wrong variable, no right); `failed`: one that was not. */
export type OperationOutcome = "ok" | "errors" | "failed";

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface OperationMetrics {
  ended(label: OperationLabel, origin: OperationOrigin["transport"], outcome: OperationOutcome, seconds: number): void;
  /** An operation that was not executed; `code` is the code of its error, one of the server's own. */
  refused(transport: OperationOrigin["transport"], code: string): void;
}

export function createOperationMetrics(registry: Registry): OperationMetrics {
  const registers = [registry];
  const operations = new Counter({
    name: "papertape_operations_total",
    help: "GraphQL operations that were executed; a subscription counts when it begins",
    labelNames: ["transport", "kind", "operation", "outcome"],
    registers,
  });
  const seconds = new Histogram({
    name: "papertape_operation_seconds",
    help: "How long queries and mutations took, and subscriptions to begin",
    labelNames: ["operation"],
    buckets: SECONDS,
    registers,
  });
  const refused = new Counter({
    name: "papertape_operations_refused_total",
    help: "GraphQL operations that were not executed, by the code of their error",
    labelNames: ["transport", "code"],
    registers,
  });
  return {
    ended: ({ operation, kind }, transport, outcome, took) => {
      operations.inc({ transport, kind, operation, outcome });
      seconds.observe({ operation }, took);
    },
    refused: (transport, code) => refused.inc({ transport, code }),
  };
}
