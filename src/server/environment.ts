// The environment variables: their schema, their defaults and what is wrong with a bad one.
import { z } from "zod";
import { StartError } from "../store/startError.ts";
import { LOG_LEVELS } from "./log.ts";
import { isLoopbackHost } from "./loopback.ts";

const PORT_MAX = 65_535;
const MARK_INTERVAL_MS_MIN = 10;
const MARK_INTERVAL_MS_MAX = 3_600_000;
const SHOWN_VALUE_CHARS_MAX = 80;

function wholeNumber(min: number, max: number) {
  const rule = `it must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, rule)
    .transform(Number)
    .refine((number) => number >= min && number <= max, rule);
}

function isPostgresUrl(value: string): boolean {
  return /^postgres(ql)?:\/\//.test(value) && URL.canParse(value);
}

const INSTANT = "it must be an instant with its zone such as 2024-01-02T14:30:00Z, or a date (its midnight in UTC)";
const instant = z.union([z.iso.datetime({ offset: true }), z.iso.date()], INSTANT).transform((text) => new Date(text));

/** Every variable the server reads. A missing or empty one takes its default. */
export const environmentSchema = z.object({
  PORT: wholeNumber(0, PORT_MAX).default(4000),
  HOST: z
    .string()
    .refine(isLoopbackHost, "without keys only loopback is served: 127.0.0.1 (or another 127.x.x.x), ::1 or localhost")
    .default("127.0.0.1"),
  DATA_DIR: z.string().default("./data"),
  DATABASE_URL: z
    .string()
    .refine(isPostgresUrl, "it must be an address such as postgresql://user:password@host:5432/database")
    .optional(),
  NATS_URL: z
    .string()
    .refine(() => false, "several nodes are not built yet, leave it unset")
    .optional(),
  MARK_INTERVAL_MS: wholeNumber(MARK_INTERVAL_MS_MIN, MARK_INTERVAL_MS_MAX).default(1000),
  CLOCK: z.enum(["system", "feed"], "it must be system or feed").default("system"),
  CLOCK_START: instant.optional(),
  CHECK_IDENTITIES: z.enum(["on", "off"], "it must be on or off").default("off"),
  LOG_LEVEL: z.enum(LOG_LEVELS, `it must be one of ${LOG_LEVELS.join(", ")}`).default("info"),
});

export type Environment = z.infer<typeof environmentSchema>;

/** Addresses may hold a password, so their values are not repeated in an error. */
const SECRET: ReadonlySet<string> = new Set(["DATABASE_URL", "NATS_URL"]);

function shown(name: string, value: string): string {
  if (SECRET.has(name)) return `${name} is refused`;
  const text = value.length > SHOWN_VALUE_CHARS_MAX ? `${value.slice(0, SHOWN_VALUE_CHARS_MAX)}…` : value;
  return `${name} is ${JSON.stringify(text)}`;
}

/** The variables of `env`, checked and converted. Throws a StartError that names every bad one and what it may be. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  const given: Record<string, string> = {};
  for (const name of Object.keys(environmentSchema.shape)) {
    const value = env[name];
    if (value !== undefined && value !== "") given[name] = value;
  }
  const result = environmentSchema.safeParse(given);
  if (result.success) return result.data;
  const faults = new Map(result.error.issues.map((issue) => [String(issue.path[0]), issue.message]));
  throw new StartError([...faults].map(([name, rule]) => `${shown(name, given[name] ?? "")}: ${rule}`).join("; "));
}
