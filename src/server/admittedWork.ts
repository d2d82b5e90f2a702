// Work for one request that takes long (an export, an import): it is given up when the credentials that it came with end.
import type { IncomingMessage } from "node:http";
import type { Access } from "./access.ts";
import { admissionOf } from "./viewer.ts";

/** The credentials have expired or were revoked while the work was under way. */
export class CredentialsEndedError extends Error {
  constructor() {
    super("Your credentials have expired or were revoked.");
  }
}

export interface AdmittedWork {
  /** Aborted, with a CredentialsEndedError, when the credentials have ended. */
  readonly signal: AbortSignal;
  /** The work is over. */
  leave(): void;
}

/** Begins work for a request that was let in. */
export function beginAdmitted(visits: Access["visits"], request: IncomingMessage): AdmittedWork {
  const ended = new AbortController();
  const leave = visits.enter(admissionOf(request), () => ended.abort(new CredentialsEndedError()));
  return { signal: ended.signal, leave };
}
