// The parameters of a GraphQL request as it came: read from a body or a URL, or left to Yoga to say what is wrong.
import type { DocumentNode } from "graphql";
import { namesDocument, type TrustedDocuments } from "./operationLimits/trustedDocuments.ts";
import type { Enveloped } from "./yoga.ts";

export interface GraphqlParams {
  readonly query: string;
  readonly variables?: Record<string, unknown> | null;
  readonly operationName?: string | null;
  readonly extensions?: Readonly<Record<string, unknown>> | null;
}

/** Content types of a JSON body, as clients write them. */
export const JSON_TYPES: ReadonlySet<string> = new Set([
  "application/json",
  "application/json;charset=utf-8",
  "application/json; charset=utf-8",
  "application/json;charset=UTF-8",
  "application/json; charset=UTF-8",
]);

const PARAM_NAMES: ReadonlySet<string> = new Set(["query", "variables", "operationName", "extensions"]);

/** Those that are JSON in a URL too. */
const JSON_PARAM_NAMES: readonly string[] = ["variables", "extensions"];

function isObjectOrNothing(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "object" && !Array.isArray(value));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The parameters with the text of the trusted document that they name, where they name one. */
export function withTrustedText<Params extends object>(params: Params, trusted: TrustedDocuments | undefined): Params {
  if (trusted === undefined || !namesDocument(params)) return params;
  const query = trusted.textOf(params);
  if (query === undefined) return params;
  const { documentId, ...others } = params as Params & { documentId?: unknown };
  return { ...others, query } as Params & { query: string };
}

/** The address of a request with the text of the trusted document that it names; with a blank one where that is not known. */
export function withTrustedUrl(url: string, trusted: TrustedDocuments | undefined): string {
  if (trusted === undefined) return url;
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const extensions = parseJson(searchParams.get("extensions") ?? "");
  const documentId = searchParams.get("documentId") ?? undefined;
  if (searchParams.get("query") || !namesDocument({ documentId, extensions })) return url;
  searchParams.delete("documentId");
  searchParams.set("query", trusted.textOf({ documentId, extensions }) ?? " ");
  return `${pathname}?${searchParams}`;
}

/** The parameters, if they are well-formed. */
function checked(given: unknown, trusted: TrustedDocuments | undefined): GraphqlParams | undefined {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return undefined;
  const params = withTrustedText(given as Record<string, unknown>, trusted);
  if (!Object.keys(params).every((name) => PARAM_NAMES.has(name))) return undefined;
  const { query, variables, operationName, extensions } = params;
  if (typeof query !== "string" || !isObjectOrNothing(variables) || !isObjectOrNothing(extensions)) return undefined;
  if (operationName !== undefined && operationName !== null && typeof operationName !== "string") return undefined;
  return params as unknown as GraphqlParams;
}

/** The parameters in a JSON body; undefined where they are not well-formed, or name a document that is not known. */
export function readBodyParams(body: Buffer, trusted?: TrustedDocuments): GraphqlParams | undefined {
  return checked(parseJson(body.toString("utf8")), trusted);
}

/** The parameters in a URL's query; undefined where they are not well-formed, or name a document that is not known. */
export function readUrlParams(url: string, trusted?: TrustedDocuments): GraphqlParams | undefined {
  const { searchParams } = new URL(url, "http://localhost");
  const given: Record<string, unknown> = Object.fromEntries(searchParams);
  for (const name of JSON_PARAM_NAMES) {
    const text = given[name];
    if (typeof text === "string") given[name] = parseJson(text) ?? text;
  }
  return checked(given, trusted);
}

/** The name of a parameter in a URL's query that should be JSON and is not. */
export function urlParamThatIsNoJson(url: string): string | undefined {
  const { searchParams } = new URL(url, "http://localhost");
  return JSON_PARAM_NAMES.find((name) => {
    const text = searchParams.get(name);
    return text !== null && text !== "" && parseJson(text) === undefined;
  });
}

/** The valid document of a request; undefined leaves it to Yoga to say what is wrong with it. */
export function readDocument(enveloped: Enveloped, query: string): DocumentNode | undefined {
  try {
    const document: DocumentNode = enveloped.parse(query);
    return enveloped.validate(enveloped.schema, document).length === 0 ? document : undefined;
  } catch {
    return undefined;
  }
}
