// How long transactions may take, and wait for a connection.

/** One batch, one reading of reports: far more than any needs. */
export const TRANSACTION_TIMEOUT_MS = 60_000;
export const TRANSACTION_WAIT_MS_MAX = 30_000;
