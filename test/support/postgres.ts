// PostgreSQL databases for tests, on the server of TEST_DATABASE_URL or at 127.0.0.1:5432.
import { randomBytes } from "node:crypto";
import pg from "pg";

const DEFAULT_URL = "postgresql://root@127.0.0.1:5432/test";
const PROBE_TIMEOUT_MS = 2000;

/** The server on which the tests' databases are made; its user may create databases. */
export const postgresUrl = process.env["TEST_DATABASE_URL"] ?? DEFAULT_URL;

/** A database of a suite's own. */
export type TestPostgres = { readonly url: string; readonly name: string; drop(): Promise<void> };

/** Whether the server answers. Suites that need it are left out where it does not: `describe.skipIf(!postgresReachable)`. */
export const postgresReachable: boolean = await probe();

/** Creates an empty database. `drop` also ends the connections that are left on it. */
export async function freshPostgres(): Promise<TestPostgres> {
  const name = `papertape_${randomBytes(6).toString("hex")}`;
  await onServer(`CREATE DATABASE ${name}`);
  return { url: databaseUrl(name), name, drop: () => onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

/** The URL of another database (or with another user and password) on the same server. */
export function databaseUrl(name: string, user?: { name: string; password: string }): string {
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  if (user !== undefined) Object.assign(url, { username: user.name, password: user.password });
  return url.href;
}

/** Runs one statement as the tests' own user, on the server's own database. */
export async function onServer(sql: string, connectionString = postgresUrl): Promise<void> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: PROBE_TIMEOUT_MS });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end();
  }
}

async function probe(): Promise<boolean> {
  try {
    await onServer("SELECT 1");
    return true;
  } catch {
    console.warn("left out: no PostgreSQL answers (set TEST_DATABASE_URL to run these suites)");
    return false;
  }
}
