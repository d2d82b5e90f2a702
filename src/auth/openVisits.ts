// Visits that stay open (sockets, event streams): each is ended soon after the credentials that it came with are.
import type { Admission } from "./authentication.ts";
import type { ApiKeyStore } from "./keyPorts.ts";

/** So often open visits are looked through: what has expired, or was revoked elsewhere, ends by then. */
export const VISITS_CHECKED_EVERY_MS = 15_000;

interface OpenVisit {
  readonly keyId: string | null;
  readonly expiresAtMs: number | null;
  end(): void;
}

export class OpenVisits {
  private readonly open = new Set<OpenVisit>();
  private readonly store: Pick<ApiKeyStore, "findUnrevoked">;
  private readonly now: () => number;

  constructor(store: Pick<ApiKeyStore, "findUnrevoked">, now: () => number = Date.now) {
    this.store = store;
    this.now = now;
  }

  get size(): number {
    return this.open.size;
  }

  /** `end` is called, at most once, when the credentials have ended. Answers what to call when the visit is over. */
  enter({ keyId, expiresAtMs }: Pick<Admission, "keyId" | "expiresAtMs">, end: () => void): () => void {
    const visit = { keyId, expiresAtMs, end };
    this.open.add(visit);
    return () => void this.open.delete(visit);
  }

  /** Ends the visits of a key at once. */
  endOf(keyId: string): void {
    this.endAll((visit) => visit.keyId === keyId);
  }

  /** Ends the visits whose credentials have expired or were revoked, here or by another process. */
  async check(): Promise<void> {
    const nowMs = this.now();
    this.endAll(({ expiresAtMs }) => expiresAtMs !== null && expiresAtMs <= nowMs);
    const keyIds = [...new Set([...this.open].flatMap(({ keyId }) => keyId ?? []))];
    if (keyIds.length === 0) return;
    const unrevoked = new Set(await this.store.findUnrevoked(keyIds));
    const asked = new Set(keyIds);
    this.endAll(({ keyId }) => keyId !== null && asked.has(keyId) && !unrevoked.has(keyId));
  }

  private endAll(isOver: (visit: OpenVisit) => boolean): void {
    for (const visit of [...this.open]) {
      if (!isOver(visit)) continue;
      this.open.delete(visit);
      visit.end();
    }
  }
}
