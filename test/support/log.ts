// A log for tests that nobody reads.

/** Takes what the server's log takes, and keeps nothing. */
export const silentLog = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
