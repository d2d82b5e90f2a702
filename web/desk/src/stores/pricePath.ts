// The price of a position while it is held: what the server has seen of it, and what comes while the page is open.
import { PricePathDocument } from "@papertape/client";
import { useQuery } from "@pinia/colada";
import { computed, shallowRef, watch } from "vue";
import { afterwards, joinedTo, type PathPoint, pointAt } from "../format/pricePath.ts";
import { useConnection } from "./connection.ts";
import type { OpenPosition } from "./openPositions.ts";
import { useReconnected, useRefreshing } from "./refreshing.ts";

/** So often many live prices are asked for again in few points; where that fails, the oldest are let go. */
const REFRESH_MS = 300_000;
const KNOWN_MAX = 5000;

export function usePricePath(position: () => OpenPosition) {
  const connection = useConnection();
  const { data, error, refetch } = useQuery({
    key: () => ["price-path", position().id],
    query: async ({ signal }) =>
      (await connection.client.query(PricePathDocument, { position: position().id }, { signal })).pricePath,
    staleTime: 0,
  });
  const points = shallowRef<readonly PathPoint[]>([]);

  watch(
    data,
    (path) => {
      points.value = joinedTo(points.value, path?.points ?? []);
    },
    { immediate: true },
  );
  watch(
    position,
    ({ status, currentPrice, priceTime }) => {
      if (status === "OPEN")
        points.value = afterwards(points.value, pointAt(priceTime, currentPrice)).slice(-KNOWN_MAX);
    },
    { immediate: true },
  );
  /** The price that closed it is told to nobody as its present one. */
  watch(
    () => position().status,
    () => void refetch(),
  );

  useReconnected(refetch);
  useRefreshing(REFRESH_MS, () => position().status === "OPEN", refetch);

  return {
    error,
    points,
    isRead: computed(() => data.value !== undefined),
    /** The first price since the server began; undefined where it has had none, or where that is not known yet. */
    knownFrom: computed(() => data.value?.knownFrom ?? undefined),
  };
}
