// Reads what a request to import bars asks for: the method, the type of its body, and the parameters in its URL.
import type { IncomingMessage } from "node:http";
import type { Issue } from "../domain/issues.ts";

export const IMPORT_PATH = "/import/bars";

const PARAMETERS = ["symbol", "name", "timezone"] as const;
type Parameter = (typeof PARAMETERS)[number];

/** A form of a browser can send neither of them to another site without being allowed to. */
const TYPES = ["text/csv", "text/tab-separated-values"];
const CHARSETS = [undefined, "utf-8", "utf8", "us-ascii"];

export type ImportRequest =
  | {
      readonly kind: "good";
      readonly parameters: Readonly<Partial<Record<Parameter, string>>>;
      readonly isPacked: boolean;
    }
  | { readonly kind: "bad"; readonly status: 400 | 405 | 415; readonly message: string; readonly issues?: Issue[] };

/** What is asked for, or how it is refused. */
export function readImportRequest({ method, url = "", headers }: IncomingMessage): ImportRequest {
  if (method !== "POST") return { kind: "bad", status: 405, message: `${IMPORT_PATH} takes POST only.` };
  const type = typeFault(headers["content-type"]);
  if (type !== undefined) return { kind: "bad", status: 415, message: type };
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (encoding !== "identity" && encoding !== "gzip") {
    return { kind: "bad", status: 415, message: "Content-Encoding must be gzip, or left out." };
  }
  const query = new URLSearchParams(url.includes("?") ? url.slice(url.indexOf("?") + 1) : "");
  const issues = parameterIssues(query);
  if (issues.length > 0) {
    const message = issues.map((issue) => `${issue.path.join(".")} ${issue.message}`).join("; ");
    return { kind: "bad", status: 400, message, issues };
  }
  return { kind: "good", parameters: Object.fromEntries(query), isPacked: encoding === "gzip" };
}

function typeFault(contentType: string | undefined): string | undefined {
  const [type = "", ...parameters] = (contentType ?? "").split(";").map((part) => part.trim().toLowerCase());
  if (!TYPES.includes(type)) return `Content-Type must be ${TYPES.join(" or ")}.`;
  const charset = parameters.find((each) => each.startsWith("charset="))?.slice("charset=".length);
  return CHARSETS.includes(charset?.replaceAll('"', "")) ? undefined : "The file must be in UTF-8.";
}

function parameterIssues(query: URLSearchParams): Issue[] {
  return [...new Set(query.keys())].flatMap((name) => {
    if (!(PARAMETERS as readonly string[]).includes(name)) {
      return [{ path: [name], message: `is unknown: there are ${PARAMETERS.join(", ")}` }];
    }
    return query.getAll(name).length > 1 ? [{ path: [name], message: "is given more than once" }] : [];
  });
}
