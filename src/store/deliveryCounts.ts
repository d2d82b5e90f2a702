// How much waits in the outbox of the live route: for those who watch the server.
import type { Database } from "./database.ts";

/** What waits to be delivered. */
export interface PendingDeliveries {
  readonly count: number;
  /** When the oldest of them was decided; null where none waits. */
  readonly oldestAt: Date | null;
}

/** What waits of all owners, whether or not the live route is on. */
export async function countPendingDeliveries({ prisma }: Database): Promise<PendingDeliveries> {
  const { _count, _min } = await prisma.delivery.aggregate({
    where: { state: "PENDING" },
    _count: true,
    _min: { createdAt: true },
  });
  return { count: _count, oldestAt: _min.createdAt };
}
