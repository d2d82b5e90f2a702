// The parameters of a GraphQL request as it came: read from a body or a URL, or left to Yoga to say what is wrong.
import type { DocumentNode } from "graphql";
import type { Enveloped } from "./yoga.ts";

export interface GraphqlParams {
  readonly query: string;
  readonly variables?: Record<string, unknown> | null;
  readonly operationName?: string | null;
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

/** The parameters, if they are well-formed. */
function checked(given: unknown): GraphqlParams | undefined {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return undefined;
  const params = given as Record<string, unknown>;
  if (!Object.keys(params).every((name) => PARAM_NAMES.has(name))) return undefined;
  const { query, variables, operationName, extensions } = params;
  if (typeof query !== "string" || !isObjectOrNothing(variables) || !isObjectOrNothing(extensions)) return undefined;
  if (operationName !== undefined && operationName !== null && typeof operationName !== "string") return undefined;
  return params as unknown as GraphqlParams;
}

/** The parameters in a JSON body; undefined where they are not well-formed. */
export function readBodyParams(body: Buffer): GraphqlParams | undefined {
  return checked(parseJson(body.toString("utf8")));
}

/** The parameters in a URL's query; undefined where they are not well-formed. */
export function readUrlParams(url: string): GraphqlParams | undefined {
  const { searchParams } = new URL(url, "http://localhost");
  const given: Record<string, unknown> = Object.fromEntries(searchParams);
  for (const name of JSON_PARAM_NAMES) {
    const text = given[name];
    if (typeof text === "string") given[name] = parseJson(text) ?? text;
  }
  return checked(given);
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
