// Reads the times of a bar or signals file: ISO or M/D/YYYY, with or without a time of day and a zone.
import { DateTime, FixedOffsetZone, IANAZone, type Zone } from "luxon";
import { TIME_MS_MAX, TIME_MS_MIN } from "../domain/limits.ts";
import { FeedError, quoteText } from "./feedError.ts";

/** The zone of times that name none. */
export const DEFAULT_TIMEZONE = "America/New_York";

export type ReadTime =
  | { readonly kind: "time"; readonly time: Date; readonly hasTimeOfDay: boolean }
  | { readonly kind: "fault"; readonly reason: string };

interface WrittenTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

const CLOCK = String.raw`(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:\.(?<fraction>\d{1,9}))?)?`;
const TAIL = String.raw`(?:(?:T|\s+)${CLOCK}(?:\s*(?<half>[AP]M))?\s*(?<zone>Z|[+-]\d{2}(?::?\d{2})?)?)?`;
const ISO_FORM = new RegExp(String.raw`^(?<year>\d{4})-(?<month>\d{1,2})-(?<day>\d{1,2})${TAIL}$`, "i");
const MONTH_FIRST_FORM = new RegExp(String.raw`^(?<month>\d{1,2})/(?<day>\d{1,2})/(?<year>\d{4}|\d{2})${TAIL}$`, "i");

const TIME_CHARACTERS_MAX = 64;
/** Two-digit years below it are of this century, the others of the last: 1969 to 2068. */
const TWO_DIGIT_YEAR_PIVOT = 69;
const OFFSET_MINUTES_MAX = 14 * 60;

/** Answers the named IANA zone; throws FeedError if there is none of that name. */
export function readTimezone(name: string): IANAZone {
  if (!IANAZone.isValidZone(name)) {
    throw new FeedError(`${quoteText(name)} is no time zone; give an IANA name such as ${DEFAULT_TIMEZONE}`);
  }
  return IANAZone.create(name);
}

/**
 * Answers a function that reads the times of one file, row after row, those without a zone in `zone`.
 * - A date without a time of day is the first moment of that day.
 * - An hour that daylight saving skips does not exist: such a time is a fault, for moving it would put it on another row's.
 * - In the hour that comes twice, a time continues the direction in which the file runs: in a rising file it is the
 *   first reading that is after the row before, in a falling one the last that is before it. Where no row is before it,
 *   it is the earlier reading.
 */
export function createTimeReader(zone: Zone): (text: string) => ReadTime {
  const zoneOnDay = createDayZones(zone);
  let previous: number | undefined;
  let rising = true;
  return (text) => {
    const read = readTime(text, zoneOnDay, (candidates) => continueRun(candidates, previous, rising));
    if (read.kind === "time") {
      const now = read.time.getTime();
      if (previous !== undefined && now !== previous) rising = now > previous;
      previous = now;
    }
    return read;
  };
}

type ZoneOnDay = (written: WrittenTime) => Zone;

// Asking a named zone for its offset is slow, and most days have one offset only: it is asked once for a run of rows of
// the same day.
function createDayZones(zone: Zone): ZoneOnDay {
  let day = "";
  let zoneOfDay = zone;
  return ({ year, month, day: dayOfMonth }) => {
    const asked = `${year}-${month}-${dayOfMonth}`;
    if (asked === day) return zoneOfDay;
    const midnight = DateTime.fromObject({ year, month, day: dayOfMonth }, { zone });
    const steady = midnight.isValid && [-1, 1, 2].every((days) => midnight.plus({ days }).offset === midnight.offset);
    day = asked;
    zoneOfDay = steady ? FixedOffsetZone.instance(midnight.offset) : zone;
    return zoneOfDay;
  };
}

type Choose = (candidates: readonly DateTime[]) => DateTime | undefined;

function readTime(text: string, zoneOnDay: ZoneOnDay, choose: Choose): ReadTime {
  if (text === "") return { kind: "fault", reason: "the time is empty" };
  const groups =
    text.length > TIME_CHARACTERS_MAX ? undefined : (ISO_FORM.exec(text) ?? MONTH_FIRST_FORM.exec(text))?.groups;
  const form = `time ${quoteText(text)} is not YYYY-MM-DD or M/D/YYYY, with or without a time of day`;
  if (groups === undefined) return { kind: "fault", reason: form };
  const written = readFields(groups);
  if (written === undefined) return { kind: "fault", reason: `there is no time ${quoteText(text)}` };
  const ownZone = readOffset(groups["zone"]);
  if (ownZone === "bad") return { kind: "fault", reason: `the offset of ${quoteText(text)} is not one up to 14:00` };
  const hasTimeOfDay = groups["hour"] !== undefined;
  return place(text, written, ownZone ?? zoneOnDay(written), hasTimeOfDay, choose);
}

function place(text: string, written: WrittenTime, zone: Zone, hasTimeOfDay: boolean, choose: Choose): ReadTime {
  const placed = DateTime.fromObject(written, { zone });
  if (!placed.isValid) return { kind: "fault", reason: `there is no time ${quoteText(text)}` };
  const skipped = placed.hour !== written.hour || placed.minute !== written.minute;
  if (hasTimeOfDay && skipped) {
    return { kind: "fault", reason: `daylight saving skips ${quoteText(text)} in ${zone.name}` };
  }
  if (placed.toMillis() < TIME_MS_MIN || placed.toMillis() > TIME_MS_MAX) {
    return { kind: "fault", reason: `the time ${quoteText(text)} is not between the years 1900 and 9999` };
  }
  const candidates = placed.getPossibleOffsets().toSorted((a, b) => a.toMillis() - b.toMillis());
  const chosen = hasTimeOfDay ? choose(candidates) : candidates[0];
  return { kind: "time", time: (chosen ?? placed).toJSDate(), hasTimeOfDay };
}

function continueRun(
  candidates: readonly DateTime[],
  previous: number | undefined,
  rising: boolean,
): DateTime | undefined {
  if (previous === undefined || candidates.length < 2) return candidates[0];
  const later = candidates.find((each) => each.toMillis() > previous);
  const earlier = candidates.findLast((each) => each.toMillis() < previous);
  return rising ? (later ?? earlier) : (earlier ?? later);
}

function readFields(groups: Readonly<Record<string, string>>): WrittenTime | undefined {
  const hour = readHour(Number(groups["hour"] ?? 0), groups["half"]?.toUpperCase());
  if (hour === undefined) return undefined;
  return {
    year: readYear(groups["year"] ?? ""),
    month: Number(groups["month"]),
    day: Number(groups["day"]),
    hour,
    minute: Number(groups["minute"] ?? 0),
    second: Number(groups["second"] ?? 0),
    millisecond: Number((groups["fraction"] ?? "").padEnd(3, "0").slice(0, 3)),
  };
}

function readYear(text: string): number {
  const year = Number(text);
  if (text.length > 2) return year;
  return year < TWO_DIGIT_YEAR_PIVOT ? 2000 + year : 1900 + year;
}

function readHour(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour <= 23 ? hour : undefined;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (half === "PM" ? 12 : 0);
}

function readOffset(text: string | undefined): Zone | "bad" | undefined {
  if (text === undefined) return undefined;
  if (text.toUpperCase() === "Z") return FixedOffsetZone.utcInstance;
  const minutesPart = text.length > 3 ? Number(text.slice(-2)) : 0;
  const minutes = Number(text.slice(1, 3)) * 60 + minutesPart;
  if (minutes > OFFSET_MINUTES_MAX || minutesPart > 59) return "bad";
  return FixedOffsetZone.instance(text.startsWith("-") ? -minutes : minutes);
}
