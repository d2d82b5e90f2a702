// What compose.yaml promises: a desk for this machine alone, without a password in the file, and with variables that exist.
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { environmentSchema } from "../../src/server/environment.ts";
import { postgresReachable, postgresUrl } from "../support/postgres.ts";
import { readCompose, readUnfilled } from "./compose.ts";

const PASSWORD = "0123456789abcdef";
const { services, volumes } = readCompose({ POSTGRES_PASSWORD: PASSWORD });
const hasPgIsReady = spawnSync("pg_isready", ["--version"]).status === 0;
if (!hasPgIsReady) console.warn("left out: pg_isready is not installed (postgresql-client)");

describe("The desk in compose", () => {
  it("needs a password from outside, and has none in the file", () => {
    expect(() => readCompose({})).toThrow("POSTGRES_PASSWORD is missing a value");
    expect(services.postgres.environment["POSTGRES_PASSWORD"]).toBe(PASSWORD);
    expect(services.server.environment["DATABASE_URL"]).toContain(`:${PASSWORD}@postgres:5432/`);
    const settings = Object.values(readUnfilled().services).flatMap(({ environment }) => Object.entries(environment));
    const secrets = settings.flatMap(([name, value]) => {
      if (/PASSWORD|SECRET|TOKEN|KEY/.test(name)) return [value];
      return [...value.matchAll(/:\/\/[^:@]+:(.*)@/g)].map(([, password = ""]) => password);
    });
    expect(secrets).toHaveLength(2);
    for (const secret of secrets) expect(secret).toMatch(/^\$\{POSTGRES_PASSWORD:\?[^}]+\}$/);
  });

  it("gives the server only variables that it reads", () => {
    const known = Object.keys(environmentSchema.shape);
    expect(Object.keys(services.server.environment).filter((name) => !known.includes(name))).toEqual([]);
  });

  it("serves who has a key, on this machine's own address alone", () => {
    expect(services.server.environment).toMatchObject({ AUTH: "on", HOST: "0.0.0.0", ALLOWED_HOSTS: "localhost" });
    expect(services.server.ports).toEqual(["127.0.0.1:4000:4000"]);
    expect(services.postgres.ports).toBeUndefined();
  });

  it("lets the server write to nothing, gain nothing, and end in its own time", () => {
    expect(services.server).toMatchObject({ build: ".", init: true, read_only: true, cap_drop: ["ALL"] });
    expect(services.server.volumes).toBeUndefined();
    for (const service of Object.values(services)) expect(service.security_opt).toEqual(["no-new-privileges:true"]);
    expect(Number.parseInt(services.server.stop_grace_period, 10)).toBeGreaterThan(10);
  });

  it("starts the server on a PostgreSQL of one major version that is healthy, and that keeps its files", () => {
    expect(services.postgres.image).toMatch(/^postgres:1[4-9]-[a-z]+$/);
    expect(services.server.depends_on).toEqual({ postgres: { condition: "service_healthy" } });
    expect(volumes).toEqual({ postgres: null });
    expect(services.postgres.volumes).toEqual(["postgres:/var/lib/postgresql/data"]);
  });

  it.skipIf(!hasPgIsReady || !postgresReachable)("tells by its health check whether PostgreSQL answers", () => {
    const [kind, program = "", ...args] = services.postgres.healthcheck?.test ?? [];
    expect(kind).toBe("CMD");
    const { PGUSER = "", PGDATABASE = "" } = services.postgres.environment;
    const { hostname, port } = new URL(postgresUrl);
    const check = (PGPORT: string) =>
      spawnSync(program, args, { env: { PATH: process.env["PATH"], PGUSER, PGDATABASE, PGPORT } }).status;
    if (["127.0.0.1", "localhost"].includes(hostname)) expect(check(port || "5432")).toBe(0);
    // The port of no service.
    expect(check("1")).toBe(2);
  });
});
