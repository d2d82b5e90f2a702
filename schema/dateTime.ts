// Reading RFC 3339 date-times strictly: with a zone, and only days that the calendar has.

const PATTERN = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/i;
const OFFSET_PATTERN = /^[+-]([01]\d|2[0-3]):[0-5]\d$/;

/** The moment that `text` names, to the millisecond; undefined where it is no RFC 3339 date-time (leap seconds are none). */
export function parseDateTime(text: string): Date | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const [, day = "", time = "", fraction = "", zone = ""] = match;
  const isUtc = zone.toUpperCase() === "Z";
  if (!isUtc && !OFFSET_PATTERN.test(zone)) return undefined;
  const milliseconds = fraction.slice(0, 3).padEnd(3, "0");
  const local = new Date(`${day}T${time}.${milliseconds}Z`);
  // A day such as February 30th is read as one in March: it does not come back as it was.
  if (Number.isNaN(local.getTime()) || local.toISOString() !== `${day}T${time}.${milliseconds}Z`) return undefined;
  return isUtc ? local : new Date(local.getTime() - offsetMs(zone));
}

/** What an offset such as `-05:00` is ahead of UTC. */
function offsetMs(zone: string): number {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return (zone.startsWith("-") ? -minutes : minutes) * 60_000;
}
