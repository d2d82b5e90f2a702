// DATABASE_URL: whether it is one, and what of it may be shown.
import { StartError } from "./startError.ts";

const EXAMPLE = "postgresql://USER:PASSWORD@HOST:5432/DATABASE";

/** Parses a database's URL. Throws a StartError that never repeats it, for it holds a password. */
export function parseDatabaseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !isDecodable(url))
    throw new StartError(`DATABASE_URL is not a URL: it must be like ${EXAMPLE}`);
  if (url.protocol !== "postgresql:" && url.protocol !== "postgres:") {
    throw new StartError(`DATABASE_URL begins with ${url.protocol}// : it must be like ${EXAMPLE}`);
  }
  const schema = url.searchParams.get("schema");
  if (schema !== null && schema !== "public") {
    throw new StartError(
      `DATABASE_URL asks for the schema ${schema}: Papertape uses the schema public of its database`,
    );
  }
  return url;
}

/** A database's name for messages and logs: server, port and database, without user and password. */
export function databaseName(url: URL): string {
  const host = url.searchParams.get("host") ?? (decodeURIComponent(url.hostname) || "localhost");
  const database = decodeURIComponent(url.pathname.slice(1));
  return `The database ${database === "" ? "" : `${database} `}on ${host}:${url.port || "5432"}`;
}

function isDecodable(url: URL): boolean {
  try {
    for (const part of [url.hostname, url.username, url.password, url.pathname]) decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}
