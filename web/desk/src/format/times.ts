// How moments and durations are written for people, in the time zone of whoever looks.
import { NOTHING } from "./numbers.ts";

const moment = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });

type Time = string | null | undefined;

function written(format: Intl.DateTimeFormat, time: Time): string {
  return time === null || time === undefined ? NOTHING : format.format(new Date(time));
}

export const momentOf = (time: Time): string => written(moment, time);
export const clockOf = (time: Time): string => written(clock, time);
export const dayOf = (time: Time): string => written(day, time);

/** As charts take time: whole seconds since 1970. */
export const secondOf = (time: string): number => Math.floor(Date.parse(time) / 1000);

const MINUTE_MS = 60_000;

const UNITS = [
  { seconds: 86_400, name: "d" },
  { seconds: 3600, name: "h" },
  { seconds: 60, name: "min" },
  { seconds: 1, name: "s" },
] as const;

/** An age in whole minutes, so that it does not change each second while one reads it. */
export const inMinutes = (ms: number): string => durationOf(Math.floor(ms / MINUTE_MS) * (MINUTE_MS / 1000));

/** The two largest units of a duration in seconds: "2 d 4 h". */
export function durationOf(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return NOTHING;
  let left = Math.round(seconds);
  const parts: string[] = [];
  for (const { seconds: size, name } of UNITS) {
    if (left >= size && parts.length < 2) parts.push(`${Math.floor(left / size)} ${name}`);
    left %= size;
  }
  return parts.length === 0 ? "0 s" : parts.join(" ");
}
