// Relay connections over keyset lists: limits that are told, cursors that are checked, totals that are counted when asked.
import { type PageInfoShape, resolveCursorConnection } from "@pothos/plugin-relay";
import type { List } from "../src/services/lists.ts";
import { builder } from "./builder.ts";
import { requestError } from "./errors.ts";
import type { CursorKind } from "./pageCursors.ts";
import { PAGE_ROWS_DEFAULT, PAGE_ROWS_MAX } from "./relay.ts";

builder.globalConnectionField("totalCount", (t) =>
  t.int({
    description: "How many the whole list has, whatever the page. Counted only where it is asked for.",
    resolve: ({ count }) => count(),
  }),
);

export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** A page of a list, as Pothos takes connections. */
export interface Page<Row> {
  readonly edges: { cursor: string; node: Row }[];
  readonly pageInfo: PageInfoShape;
  readonly count: () => Promise<number>;
}

/** How the rows of a list are told apart in its order, and how that is written. */
interface ListOrder<Row, Place> {
  readonly cursor: CursorKind<Place>;
  readonly placeOf: (row: Row) => Place;
}

/** The page of a list that the arguments name. Throws a request error for arguments out of bounds and foreign cursors. */
export async function pageOf<Row extends object, Place>(
  args: PageArguments,
  { cursor, placeOf }: ListOrder<Row, Place>,
  findList: () => Promise<List<Row, Place>> | List<Row, Place>,
): Promise<Page<Row>> {
  checkSizes(args);
  const after = placeAt("after", args.after, cursor);
  const before = placeAt("before", args.before, cursor);
  const list = await findList();
  const { edges, pageInfo } = await resolveCursorConnection<Promise<object[]>>(
    {
      args,
      defaultSize: PAGE_ROWS_DEFAULT,
      maxSize: PAGE_ROWS_MAX,
      toCursor: (row) => cursor.encode(placeOf(row as Row)),
    },
    ({ limit, inverted }) => list.find({ after, before, limit, backward: inverted }),
  );
  return {
    edges: edges as Page<Row>["edges"],
    pageInfo: edges.length > 0 ? pageInfo : { ...pageInfo, startCursor: null, endCursor: null },
    count: () => list.count(),
  };
}

function checkSizes({ first, last }: PageArguments): void {
  for (const [name, size] of Object.entries({ first, last })) {
    if (size !== null && size !== undefined && (size < 1 || size > PAGE_ROWS_MAX)) {
      throw requestError("BAD_USER_INPUT", `${name} is ${size}, but must be from 1 to ${PAGE_ROWS_MAX}.`);
    }
  }
  if (typeof first === "number" && typeof last === "number") {
    throw requestError("BAD_USER_INPUT", "first and last are both given, but only one of them is allowed.");
  }
}

function placeAt<Place>(name: string, text: string | null | undefined, cursor: CursorKind<Place>): Place | undefined {
  if (text === null || text === undefined) return undefined;
  const place = cursor.decode(text);
  if (place === undefined) throw requestError("BAD_CURSOR", `${name} is not a cursor of this list.`);
  return place;
}
