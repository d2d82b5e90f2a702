// Places in the list of all sessions.
import type { SessionKey } from "../ports.ts";

/** Before the key of every session. */
export const BEFORE_ALL: SessionKey = { accountId: "00000000-0000-0000-0000-000000000000", session: 0 };
