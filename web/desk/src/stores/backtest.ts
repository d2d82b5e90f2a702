// One backtest: followed while it waits or runs, and read with its result when it has ended.
import { BacktestDocument, BacktestProgressDocument, type BacktestProgressSubscription } from "@papertape/client";
import { useQuery } from "@pinia/colada";
import { computed, ref, shallowRef, watch } from "vue";
import { isUnderWay } from "../format/backtests.ts";
import { textOf } from "../format/problems.ts";
import { useConnection } from "./connection.ts";

type Progressed = BacktestProgressSubscription["backtestProgress"]["backtest"];

/** For the setup of a component. */
export function useBacktest(id: () => string) {
  const connection = useConnection();
  const progressed = shallowRef<Progressed>();
  /** Why it is no longer followed. */
  const lost = ref<string>();

  const { data, error, isLoading, refetch } = useQuery({
    key: () => ["backtest", id()],
    query: ({ signal }) => connection.client.query(BacktestDocument, { id: id() }, { signal }),
  });
  /** Null where there is none of this id. */
  const found = computed(() => data.value?.backtest);
  /** With the newest progress. */
  const backtest = computed(() => {
    const { value: read } = found;
    if (!read || !isUnderWay(read.status) || progressed.value?.id !== read.id) return read;
    return { ...read, ...progressed.value };
  });

  async function follow(backtestId: string, signal: AbortSignal): Promise<void> {
    lost.value = undefined;
    try {
      const variables = { backtest: backtestId };
      for await (const { backtestProgress } of connection.client.subscribe(BacktestProgressDocument, variables, {
        signal,
        onStatus: connection.noteStatus,
      }))
        progressed.value = backtestProgress.backtest;
      if (!signal.aborted) await refetch();
    } catch (problem) {
      if (signal.aborted) return;
      if (!connection.noteAccess(problem)) lost.value = textOf(problem);
    }
  }

  watch(
    () => (found.value && isUnderWay(found.value.status) ? found.value.id : undefined),
    (followed, _before, onCleanup) => {
      if (followed === undefined) return;
      const visit = new AbortController();
      onCleanup(() => visit.abort());
      void follow(followed, visit.signal);
    },
    { immediate: true },
  );

  return { backtest, error, isLoading, lost, refetch };
}

export type ShownBacktest = NonNullable<ReturnType<typeof useBacktest>["backtest"]["value"]>;
