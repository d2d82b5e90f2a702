// How connections and nodes look: non-null edges, page sizes, and the descriptions of what the Relay plugin makes.

export const PAGE_ROWS_MAX = 200;
export const PAGE_ROWS_DEFAULT = 50;

export const relayOptions = {
  nodeTypeOptions: { description: "Anything that can be fetched again by its id alone, with `node`." },
  idFieldOptions: { description: "Opaque, and unique among everything that has an id." },
  nodeQueryOptions: false,
  nodesQueryOptions: false,
  pageInfoTypeOptions: { description: "Where a page lies in its list." },
  hasNextPageFieldOptions: { description: "Whether more follows after this page." },
  hasPreviousPageFieldOptions: { description: "Whether more lies before this page." },
  startCursorFieldOptions: {
    description: "The cursor of the first edge: `before` it lies the previous page. Null on an empty page.",
  },
  endCursorFieldOptions: {
    description: "The cursor of the last edge: `after` it comes the next page. Null on an empty page.",
  },
  edgesFieldOptions: { description: "The page, in the order of the list.", nullable: { list: false, items: false } },
  pageInfoFieldOptions: { description: "Where this page lies in the list." },
  nodeFieldOptions: { description: "What the list is of.", nullable: false },
  cursorFieldOptions: { description: "The place of this edge in the list, for `after` and `before`. Opaque." },
  firstArgOptions: {
    description: `How many from the beginning (or after \`after\`): 1 to ${PAGE_ROWS_MAX}; ${PAGE_ROWS_DEFAULT} where neither \`first\` nor \`last\` is given. Not together with \`last\`.`,
  },
  afterArgOptions: { description: "Only what follows after this cursor." },
  lastArgOptions: {
    description: `How many from the end (or before \`before\`): 1 to ${PAGE_ROWS_MAX}. Not together with \`first\`.`,
  },
  beforeArgOptions: { description: "Only what lies before this cursor." },
} as const;
