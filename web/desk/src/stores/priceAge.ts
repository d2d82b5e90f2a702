// How old prices are by the desk's clock, looked at each second. One is worth a word when it is old.
import { defineStore } from "pinia";
import { ref } from "vue";
import { inMinutes } from "../format/times.ts";
import { useDesk } from "./desk.ts";

/** A price that no newer one has followed for so long is old. */
const OLD_MS = 60_000;
const LOOK_EVERY_MS = 1000;

export const usePriceAge = defineStore("priceAge", () => {
  const desk = useDesk();
  const nowMs = ref(Date.now());
  setInterval(() => {
    nowMs.value = Date.now();
  }, LOOK_EVERY_MS);

  /** "12 min" where a price of that market time is old; undefined where it is not, or the desk's clock is not known yet. */
  function oldnessOf(priceTime: string): string | undefined {
    if (desk.clockAheadMs === undefined) return undefined;
    const ageMs = nowMs.value + desk.clockAheadMs - Date.parse(priceTime);
    return ageMs < OLD_MS ? undefined : inMinutes(ageMs);
  }

  return { oldnessOf };
});
