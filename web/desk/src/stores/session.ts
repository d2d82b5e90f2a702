// Which session of the account a page shows: one that the address names, else the present one.
import { type ComputedRef, computed, ref } from "vue";
import { useRoute } from "vue-router";
import { useDesk } from "./desk.ts";

const NUMBER = /^[1-9]\d{0,8}$/;

/** For the setup of a component; undefined is the present session. */
export function useNamedSession(): ComputedRef<number | undefined> {
  const route = useRoute();
  return computed(() => {
    const { session } = route.query;
    return typeof session === "string" && NUMBER.test(session) ? Number(session) : undefined;
  });
}

/** For the setup of a component with a list of the session: what it is asked with, one symbol's rows where one is typed. */
export function useSessionScope() {
  const desk = useDesk();
  const session = useNamedSession();
  const symbol = ref("");
  const scope = computed(() => ({
    account: desk.name,
    ...(session.value !== undefined && { session: session.value }),
    ...(symbol.value.trim() !== "" && { symbol: symbol.value.trim().toUpperCase() }),
  }));
  return { session, symbol, scope };
}
