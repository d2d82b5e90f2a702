// Reading again: now and then, and after there was no connection. Never while a reading is under way, which would be given up.
import { onUnmounted, watch } from "vue";
import { useConnection } from "./connection.ts";

type Refetch = () => Promise<unknown>;

/** For the setup of a component: what came while there was no connection was told to nobody here. */
export function useReconnected(refetch: Refetch): void {
  const connection = useConnection();
  let wasAway = false;
  watch(
    () => connection.link,
    (link) => {
      if (link === "connected" && wasAway) void refetch();
      if (link !== "connecting") wasAway = link === "away";
    },
  );
}

/** For the setup of a component: reads again after each such time, where it is wanted then. */
export function useRefreshing(everyMs: number, isWanted: () => boolean, refetch: Refetch): void {
  let isReading = false;
  const timer = setInterval(() => {
    if (isReading || !isWanted()) return;
    isReading = true;
    void refetch().finally(() => {
      isReading = false;
    });
  }, everyMs);
  onUnmounted(() => clearInterval(timer));
}
