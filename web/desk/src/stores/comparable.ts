// The backtests that an account can be compared with: the newest that are done, and the one that the address names.
import { BacktestDocument, BacktestsDocument, type BacktestsQuery } from "@papertape/client";
import { useQuery } from "@pinia/colada";
import { computed } from "vue";
import { useConnection } from "./connection.ts";

type Backtest = BacktestsQuery["backtests"]["edges"][number]["node"];

/** The most that a page of backtests has: the newest are offered. */
export const OFFERED_MAX = 200;

/** For the setup of a component; `named` is the id that the address names. */
export function useComparable(named: () => string | undefined) {
  const connection = useConnection();
  const list = useQuery({
    key: () => ["backtests", "offered"],
    query: ({ signal }) => connection.client.query(BacktestsDocument, { first: OFFERED_MAX }, { signal }),
    staleTime: 0,
  });
  const newest = computed(() => list.data.value?.backtests.edges.map(({ node }) => node));
  const listed = computed(() => newest.value?.find(({ id }) => id === named()));
  const isOlder = computed(() => named() !== undefined && newest.value !== undefined && listed.value === undefined);
  const one = useQuery({
    key: () => ["backtest", named() ?? ""],
    query: ({ signal }) => connection.client.query(BacktestDocument, { id: named() ?? "" }, { signal }),
    enabled: () => isOlder.value,
    staleTime: 0,
  });
  const older = computed(() => (isOlder.value ? one.data.value?.backtest : undefined));

  const offered = computed(() =>
    [...(newest.value ?? []), ...(older.value ? [older.value] : [])].filter(({ status }) => status === "DONE"),
  );
  /** The named one, else the newest; null where there is none, undefined where that is not known yet. */
  const chosen = computed<Backtest | null | undefined>(() => {
    if (newest.value === undefined) return undefined;
    if (named() === undefined) return offered.value[0] ?? null;
    return listed.value ?? older.value;
  });

  return {
    offered,
    chosen,
    /** Whether there are more than are offered. */
    hasMore: computed(() => list.data.value?.backtests.pageInfo.hasNextPage ?? false),
    error: computed(() => list.error.value ?? (isOlder.value ? one.error.value : null)),
    refetch: () => Promise.all([list.refetch(), ...(isOlder.value ? [one.refetch()] : [])]),
  };
}
