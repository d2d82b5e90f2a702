// The live route of a configuration: the signed webhook, and the deliverer that works its outbox. The only way to make one.
import { accountGlobalId } from "../../schema/globalIds.ts";
import { createDeliverer, type Deliverer } from "../live/deliverer.ts";
import { createWebhook } from "../live/webhook.ts";
import type { DeskLog } from "../services/desk.ts";
import { endDelivery } from "../services/endDelivery.ts";
import type { WriteRoad } from "../services/writeRoad.ts";
import type { Database } from "../store/database.ts";
import { createDeliveryStore } from "../store/deliveries.ts";

/** Where signals of promoted accounts go, and what they are signed with. */
export interface LiveChoice {
  readonly url: string;
  readonly secret: string;
}

/** The live route of that choice, not begun yet; undefined where there is none. */
export function createLiveRoute(
  choice: LiveChoice | undefined,
  database: Database,
  log: DeskLog,
): Deliverer | undefined {
  if (choice === undefined) return undefined;
  return createDeliverer({
    store: createDeliveryStore(database),
    receiver: createWebhook({ ...choice, accountGlobalId }),
    log,
    isShared: database.kind === "postgresql",
  });
}

/** Begins to send what waits; the ends of deliveries are recorded by the write road. Answers what stops it. */
export function startLiveRoute(route: Deliverer | undefined, road: WriteRoad): () => Promise<void> {
  if (route === undefined) return () => Promise.resolve();
  route.start(({ owner, delivery: { accountId, signalId } }, end) =>
    endDelivery(road, { owner, accountId, signalId }, end),
  );
  return () => route.close();
}
