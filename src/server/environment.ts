// The environment variables: their schema, their defaults and what is wrong with a bad one.
import { z } from "zod";
import { WEBHOOK_SECRET_CHARS_MIN } from "../live/signature.ts";
import { StartError } from "../store/startError.ts";
import { isAddressOrNetwork } from "./clientAddress.ts";
import { INTROSPECTION_CHOICES } from "./limits.ts";
import { LOG_LEVELS } from "./log.ts";
import { isLoopbackHost } from "./loopback.ts";

const PORT_MAX = 65_535;
const MARK_INTERVAL_MS_MIN = 10;
const MARK_INTERVAL_MS_MAX = 3_600_000;
const READY_MS_MIN = 100;
const READY_MS_MAX = 86_400_000;
const RATE_COST_MAX = 999_999_999;
const SOCKETS_MAX = 1_000_000;
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

/** What is sent live is readable to nobody on the way: https, or http that never leaves this machine. */
function isWebhookUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, username, password } = new URL(value);
  if (username !== "" || password !== "") return false;
  return protocol === "https:" || (protocol === "http:" && isLoopbackHost(hostname.replace(/^\[|\]$/g, "")));
}

const HOST_NAME = /^([a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:.]*:[0-9a-f:.]*)$/;
const ORIGIN = /^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/;
const isHostName = (word: string): boolean => HOST_NAME.test(word);
const isOrigin = (word: string): boolean => ORIGIN.test(word);
const LISTED_MAX = 100;

/** Words with commas between, in lower case. */
function listOf(isWord: (word: string) => boolean, rule: string) {
  return z
    .string()
    .transform((text) => text.split(",").map((word) => word.trim().toLowerCase()))
    .refine((words) => words.length <= LISTED_MAX && words.every(isWord), rule);
}

const INSTANT = "it must be an instant with its zone such as 2024-01-02T14:30:00Z, or a date (its midnight in UTC)";
const instant = z.union([z.iso.datetime({ offset: true }), z.iso.date()], INSTANT).transform((text) => new Date(text));

/** Every variable the server reads. A missing or empty one takes its default. */
export const environmentSchema = z.object({
  PORT: wholeNumber(0, PORT_MAX).default(4000),
  HOST: z.string().default("127.0.0.1"),
  AUTH: z.enum(["on", "off"], "it must be on or off").default("off"),
  ALLOWED_HOSTS: listOf(isHostName, "it must be names or addresses without ports, with commas between").optional(),
  ALLOWED_ORIGINS: listOf(
    isOrigin,
    "it must be origins such as https://app.example.org, with commas between",
  ).optional(),
  TRUSTED_PROXIES: listOf(
    isAddressOrNetwork,
    "it must be addresses or networks such as 10.0.0.0/8, not all there are, with commas between",
  ).optional(),
  AUTH_JWT_ISSUER: z.string().optional(),
  AUTH_JWT_AUDIENCE: z.string().optional(),
  AUTH_JWKS_URL: z.string().refine(isWebhookUrl, "it must be an https address (or http on this machine)").optional(),
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
  METRICS: z.enum(["on", "off"], "it must be on or off").default("on"),
  READY_FEED_AGE_MS: wholeNumber(READY_MS_MIN, READY_MS_MAX).optional(),
  READY_LOG_LAG_MS: wholeNumber(READY_MS_MIN, READY_MS_MAX).default(10_000),
  LIVE_WEBHOOK_URL: z
    .string()
    .refine(isWebhookUrl, "it must be an https address without a user or password, or an http one on loopback")
    .optional(),
  LIVE_WEBHOOK_SECRET: z
    .string()
    .min(WEBHOOK_SECRET_CHARS_MIN, `it must have at least ${WEBHOOK_SECRET_CHARS_MIN} characters`)
    .optional(),
  RATE_COST_PER_SECOND: wholeNumber(0, RATE_COST_MAX).optional(),
  RATE_BURST: wholeNumber(1, RATE_COST_MAX).optional(),
  SOCKETS_PER_CLIENT: wholeNumber(1, SOCKETS_MAX).optional(),
  INTROSPECTION: z.enum(INTROSPECTION_CHOICES, "it must be on, off or admin").default("on"),
  TRUSTED_DOCUMENTS: z.string().optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, `it must be one of ${LOG_LEVELS.join(", ")}`).default("info"),
});

export type Environment = z.infer<typeof environmentSchema>;

/** Addresses may hold a password, so their values are not repeated in an error. */
const SECRET: ReadonlySet<string> = new Set(["DATABASE_URL", "NATS_URL", "LIVE_WEBHOOK_URL", "LIVE_WEBHOOK_SECRET"]);

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
