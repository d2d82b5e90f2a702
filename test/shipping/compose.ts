// compose.yaml as docker compose reads it: with its variables filled in from an environment.
import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { PROJECT } from "../support/builtServer.ts";

const serviceSchema = z.strictObject({
  image: z.string(),
  build: z.string().optional(),
  restart: z.literal("unless-stopped"),
  init: z.boolean().optional(),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.string() })).optional(),
  environment: z.record(z.string(), z.string()),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  healthcheck: z
    .strictObject({
      test: z.array(z.string()),
      interval: z.string(),
      timeout: z.string(),
      retries: z.number(),
      start_period: z.string(),
    })
    .optional(),
  stop_grace_period: z.string(),
  logging: z.strictObject({ driver: z.string(), options: z.record(z.string(), z.string()) }),
});

const composeSchema = z.strictObject({
  name: z.string(),
  "x-always": z.unknown(),
  services: z.strictObject({ postgres: serviceSchema, server: serviceSchema }),
  volumes: z.record(z.string(), z.null()),
});

export type Compose = z.infer<typeof composeSchema>;

const composeText = readFileSync(path.join(PROJECT, "compose.yaml"), "utf8");

/** As it is written. */
export function readUnfilled(): Compose {
  return composeSchema.parse(parse(composeText, { merge: true }));
}

/** Throws for a variable that is needed and not in `env`, and for what the tests do not know. */
export function readCompose(env: Readonly<Record<string, string>>): Compose {
  const filled = (_: unknown, value: unknown) => (typeof value === "string" ? fillIn(value, env) : value);
  return composeSchema.parse(parse(composeText, filled, { merge: true }));
}

/** `${NAME:?message}` must be there, `${NAME:-default}` need not. */
function fillIn(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{(\w+):([-?])([^}]*)\}/g, (_, name: string, kind: string, rest: string) => {
    const value = env[name] ?? "";
    if (value === "" && kind === "?") throw new Error(`required variable ${name} is missing a value: ${rest}`);
    return value === "" ? rest : value;
  });
}
