// Walking a list of the API page by page, and back again by the cursors of the pages that were seen.
import { computed, ref } from "vue";

const PAGE_ROWS = 50;

export interface PageInfo {
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

/** What a list is asked with for one of its pages. */
export interface PageVariables {
  readonly first: number;
  readonly after: string | null;
}

/** The place in a list: `variables` ask for the page; `next` needs what the page said of itself. */
export function usePaging() {
  /** The cursor before each page but the first, as far as one has walked. */
  const walked = ref<readonly string[]>([]);
  const after = computed(() => walked.value.at(-1) ?? null);
  return {
    after,
    number: computed(() => walked.value.length + 1),
    hasPrevious: computed(() => walked.value.length > 0),
    variables: computed((): PageVariables => ({ first: PAGE_ROWS, after: after.value })),
    next({ hasNextPage, endCursor }: PageInfo): void {
      if (hasNextPage && endCursor !== null) walked.value = [...walked.value, endCursor];
    },
    previous(): void {
      walked.value = walked.value.slice(0, -1);
    },
    /** Other filters: from the beginning. */
    restart(): void {
      walked.value = [];
    },
  };
}
