// The doorbell: tells who listens to an account that its log has new events, with the events attached.
import type { EventRecord } from "../domain/records.ts";
import type { Doorbell } from "../ports.ts";

export type Listener = (events: readonly EventRecord[]) => void;

/** A doorbell within this process. */
export interface LocalDoorbell extends Doorbell {
  /** Listens to an account until the answered function is called. */
  listen(accountId: string, listener: Listener): () => void;
  /** How many listen, to all accounts together. */
  listeners(): number;
}

export function createDoorbell(): LocalDoorbell {
  const listeners = new Map<string, Set<Listener>>();
  return {
    ring: (accountId, events) => {
      for (const listener of listeners.get(accountId) ?? []) listener(events);
    },
    listen: (accountId, listener) => {
      const ofAccount = listeners.get(accountId) ?? new Set();
      listeners.set(accountId, ofAccount);
      ofAccount.add(listener);
      return () => {
        ofAccount.delete(listener);
        if (ofAccount.size === 0 && listeners.get(accountId) === ofAccount) listeners.delete(accountId);
      };
    },
    listeners: () => [...listeners.values()].reduce((sum, ofAccount) => sum + ofAccount.size, 0),
  };
}
