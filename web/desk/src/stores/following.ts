// Lists that keep up with the account: they are read again when its log has grown, soon, but not for each event.
import { watch } from "vue";
import { useDesk } from "./desk.ts";
import { useRefreshing } from "./refreshing.ts";

const REFRESH_MS = 500;

/** For the setup of a component: `refetch` is called when something has happened at the account that is looked at. */
export function useFollowing(refetch: () => Promise<unknown>): void {
  const desk = useDesk();
  let hasGrown = false;
  watch(
    () => desk.recent,
    () => {
      hasGrown = true;
    },
  );
  useRefreshing(
    REFRESH_MS,
    () => hasGrown,
    () => {
      hasGrown = false;
      return refetch();
    },
  );
}
