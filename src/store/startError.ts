// The one error for everything that keeps the server from starting and that its operator can mend.

/**
 * A start problem in one clear line: what is wrong, with which setting, and what to do. `main` prints the message without
 * a stack and exits with code 2; the cause, where there is one, is for the debug log.
 */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** The system's or database's code of an error (ENOENT, 28P01), or its text where it has none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error && error.code !== undefined ? String(error.code) : String(error);
}
