// Which session of the account a page shows: one that the address names, else the present one.
import { type ComputedRef, computed } from "vue";
import { useRoute } from "vue-router";

const NUMBER = /^[1-9]\d{0,8}$/;

/** For the setup of a component; undefined is the present session. */
export function useNamedSession(): ComputedRef<number | undefined> {
  const route = useRoute();
  return computed(() => {
    const { session } = route.query;
    return typeof session === "string" && NUMBER.test(session) ? Number(session) : undefined;
  });
}
