// Retrying what a database refuses for a passing reason: conflicts, deadlocks, lost connections. Bounded, with jitter.
import pRetry from "p-retry";

const RETRIES_MAX = 5;
const FIRST_WAIT_MS = 20;
const WAIT_MS_MAX = 1000;

/** SQLSTATE classes and codes that say "the same again may work": serialization, deadlock, lock, connection, shutdown. */
const PASSING_SQL_STATE = /^(40001|40P01|55P03|08...|57P0[123]|53300)$/;
/** Two nodes may create the same account at once: the second finds it when it tries again. */
const UNIQUE_VIOLATION = "23505";
const PASSING_PRISMA_CODES = new Set(["P2034", "P2024", "P1001", "P1002", "P1008", "P1017", "P2002"]);

/** Runs `work`, again where it fails for a passing reason: at most 5 times more, each a little later, and told before. */
export function withRetries<Result>(work: () => Promise<Result>, onRetry?: () => void): Promise<Result> {
  return pRetry(work, {
    retries: RETRIES_MAX,
    minTimeout: FIRST_WAIT_MS,
    maxTimeout: WAIT_MS_MAX,
    factor: 2,
    randomize: true,
    shouldRetry: ({ error }) => isPassing(error),
    onFailedAttempt: ({ error, retriesLeft }) => {
      if (retriesLeft > 0 && isPassing(error)) onRetry?.();
    },
  });
}

/** Whether an error of the database may be gone when the same is tried again; the three shapes are told in the docs. */
export function isPassing(error: unknown): boolean {
  const sqlState = sqlStateOf(error);
  if (sqlState !== undefined && (PASSING_SQL_STATE.test(sqlState) || sqlState === UNIQUE_VIOLATION)) return true;
  return isRecord(error) && typeof error["code"] === "string" && PASSING_PRISMA_CODES.has(error["code"]);
}

/** `meta.driverAdapterError.cause.originalCode` of a P2010, or `cause.originalCode` of a bare DriverAdapterError. */
function sqlStateOf(error: unknown): string | undefined {
  const adapterError = field(field(error, "meta"), "driverAdapterError") ?? error;
  const code = field(field(adapterError, "cause"), "originalCode");
  return typeof code === "string" ? code : undefined;
}

function field(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
