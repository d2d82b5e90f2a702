// Lists that keep up with the account: they are read again when its log has grown, soon, but not for each event.
import { onUnmounted, watch } from "vue";
import { useDesk } from "./desk.ts";

const REFRESH_MS = 500;

/** For the setup of a component: `refetch` is called when something has happened at the account that is looked at. */
export function useFollowing(refetch: () => Promise<unknown>): void {
  const desk = useDesk();
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(
    () => desk.recent,
    () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void refetch();
      }, REFRESH_MS);
    },
  );
  onUnmounted(() => clearTimeout(timer));
}
