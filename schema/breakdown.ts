// Breakdowns of reports: the trades of a session in groups, each with its figures.
import { BREAKDOWN_GROUPS_MAX, type Breakdown as By } from "../src/domain/statistics/groups.ts";
import type { ReportGroup as Group, ReportGroups } from "../src/services/readReport.ts";
import { builder } from "./builder.ts";
import { textEnum } from "./enums.ts";
import { requestError } from "./errors.ts";
import { TradeFigures } from "./performance.ts";

export const Breakdown = textEnum("Breakdown", "What the trades of a report are grouped by.", {
  SYMBOL: "What was traded.",
  PATTERN: "The pattern that the signal named.",
  SIDE: "LONG or SHORT.",
  CAMPAIGN: "The campaign that the signal named.",
  EXIT_REASON: "Why the lot was closed.",
  SOURCE: "The source that the signal named.",
  HOUR: "The hour of the exit, UTC: `00` to `23`.",
  WEEKDAY: "The day of the week of the exit, UTC: `MONDAY` to `SUNDAY`.",
  MONTH: "The month of the exit, UTC: `YYYY-MM`.",
} satisfies Record<By, string>);

export const ReportGroup = builder.objectRef<Group>("ReportGroup").implement({
  description:
    "The trades of one group. Counts and sums of all groups add up to those of the session; streaks are of the group's own " +
    "trades, one after the other.",
  interfaces: [TradeFigures],
  fields: (t) => ({
    key: t.exposeString("key", {
      nullable: true,
      description: "What the group's trades have in common; null for those whose signals name nothing of the kind.",
    }),
  }),
});

/** The groups of a breakdown as they are shown. Throws a request error where there are too many. */
export function shownGroups(found: ReportGroups | undefined, by: By): readonly Group[] {
  if (found === undefined) throw new Error(`the breakdown by ${by} was not read`);
  if (found.kind === "groups") return found.groups;
  const limit = BREAKDOWN_GROUPS_MAX.toLocaleString("en-US");
  throw requestError(
    "BAD_USER_INPUT",
    `The breakdown by ${by} has more than ${limit} groups, the most that are shown.`,
  );
}
