// A list of the API that is looked at page by page: the rows of the present page, how reading it went, and the way on.
import { type EntryKey, useQuery } from "@pinia/colada";
import { computed, watch } from "vue";
import { type PageInfo, type PageVariables, usePaging } from "./paging.ts";
import { useReconnected } from "./refreshing.ts";

interface Page<Row> {
  readonly edges: readonly { readonly node: Row }[];
  readonly pageInfo: PageInfo;
}

interface Reading<Row> {
  /** What the list depends on, besides the place in it: where that changes, it begins at its first page again. */
  readonly key: () => EntryKey;
  /** Asks for a page; undefined where what has the list is not there. */
  readonly read: (page: PageVariables, options: { readonly signal: AbortSignal }) => Promise<Page<Row> | undefined>;
}

export interface PagedList<Row> {
  readonly rows: readonly Row[];
  readonly error: Error | null;
  readonly isLoading: boolean;
  /** Whether it was read at all: while another page is loading, the one before is still there. */
  readonly isThere: boolean;
  /** The page's, from 1. */
  readonly number: number;
  readonly hasPrevious: boolean;
  readonly hasNext: boolean;
  previous(): void;
  next(): void;
  refetch(): Promise<unknown>;
}

/** For the setup of a component. */
export function usePagedList<Row>({ key, read }: Reading<Row>): PagedList<Row> {
  const paging = usePaging();
  watch(() => JSON.stringify(key()), paging.restart);
  const { data, error, isLoading, refetch } = useQuery({
    key: () => [...key(), paging.after.value ?? ""],
    query: ({ signal }) => read(paging.variables.value, { signal }),
    placeholderData: (before) => before,
    staleTime: 0,
  });
  useReconnected(refetch);
  const rows = computed(() => data.value?.edges.map(({ node }) => node) ?? []);
  return {
    get rows() {
      return rows.value;
    },
    get error() {
      return error.value;
    },
    get isLoading() {
      return isLoading.value;
    },
    get isThere() {
      return data.value !== undefined;
    },
    get number() {
      return paging.number.value;
    },
    get hasPrevious() {
      return paging.hasPrevious.value;
    },
    get hasNext() {
      return data.value?.pageInfo.hasNextPage ?? false;
    },
    previous: paging.previous,
    next: () => {
      if (data.value !== undefined) paging.next(data.value.pageInfo);
    },
    refetch: () => refetch(),
  };
}
