// Parses documents within limits, for all roads: what is too long, deep or wide is refused before it is validated.
import { maxAliasesRule } from "@escape.tech/graphql-armor-max-aliases";
import { maxDepthRule } from "@escape.tech/graphql-armor-max-depth";
import { maxDirectivesRule } from "@escape.tech/graphql-armor-max-directives";
import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  parse,
  Source,
  TypeInfo,
  ValidationContext,
  visit,
  visitInParallel,
} from "graphql";
import {
  DOCUMENT_ALIASES_MAX,
  DOCUMENT_DEPTH_MAX,
  DOCUMENT_DIRECTIVES_MAX,
  DOCUMENT_FRAGMENTS_MAX,
  DOCUMENT_OVERLAPS_MAX,
  DOCUMENT_PATH_MAX,
  DOCUMENT_ROOT_FIELDS_MAX,
  DOCUMENT_SELECTIONS_MAX,
  DOCUMENT_TOKENS_MAX,
} from "../limits.ts";
import { measureShape } from "./documentShape.ts";
import { checkNesting } from "./nesting.ts";
import { countOverlaps } from "./overlaps.ts";
import { beyondLimit, type LimitCode, shown } from "./refusals.ts";

const BOUNDS = { pathMax: DOCUMENT_PATH_MAX, rootFieldsMax: DOCUMENT_ROOT_FIELDS_MAX };

function refusal(code: LimitCode, what: string, actual: number, limit: number, more = ""): GraphQLError | undefined {
  if (actual <= limit) return undefined;
  const message = `The document ${what} ${shown(actual)}${more}; at most ${shown(limit)} are allowed.`;
  return beyondLimit(code, message, { limit, actual });
}

/** The highest figure that graphql-armor's rules count in a document's operations: they refuse nothing themselves. */
function countByRules(schema: GraphQLSchema, document: DocumentNode) {
  const found = { depth: 0, aliases: 0, directives: 0 };
  const counting = (name: keyof typeof found) => ({
    n: Number.POSITIVE_INFINITY,
    onAccept: [
      (_: unknown, { n }: { n: number }) => {
        found[name] = Math.max(found[name], n);
      },
    ],
  });
  const context = new ValidationContext(schema, document, new TypeInfo(schema), () => undefined);
  const rules = [
    maxDepthRule({ ...counting("depth"), flattenFragments: true, ignoreIntrospection: false }),
    maxAliasesRule({ ...counting("aliases"), allowList: [] }),
    maxDirectivesRule(counting("directives")),
  ];
  visit(document, visitInParallel(rules.map((rule) => rule(context))));
  return found;
}

/** Charges for a document of so many selections; answers why it is refused. */
export type ChargeDocument = (selections: number) => GraphQLError | undefined;

/**
 * What is too much about a document, if anything. The rules walk along fragments, and what they count is wrong where these
 * go in circles; validation refuses such a document anyway.
 */
export function checkDocument(
  schema: GraphQLSchema,
  document: DocumentNode,
  charge: ChargeDocument = () => undefined,
): GraphQLError | undefined {
  const shape = measureShape(document, BOUNDS);
  const tooMuch =
    refusal(
      "DOCUMENT_TOO_DEEP",
      "goes through selections and fragments",
      shape.path,
      DOCUMENT_PATH_MAX,
      " or more levels",
    ) ??
    refusal("DOCUMENT_TOO_WIDE", "selects", shape.selections, DOCUMENT_SELECTIONS_MAX, " fields and fragments") ??
    refusal("TOO_MANY_FRAGMENTS", "has fragments:", shape.fragments, DOCUMENT_FRAGMENTS_MAX) ??
    refusal("TOO_MANY_DIRECTIVES", "has directives:", shape.directives, DOCUMENT_DIRECTIVES_MAX) ??
    refusal("TOO_MANY_ROOT_FIELDS", "has", shape.rootFields, DOCUMENT_ROOT_FIELDS_MAX, " or more fields at the top");
  const refused = tooMuch ?? charge(shape.selections);
  if (refused !== undefined || shape.isCircular) return refused;
  const overlaps = countOverlaps(document, DOCUMENT_OVERLAPS_MAX);
  const repeats = refusal(
    "DOCUMENT_TOO_WIDE",
    "repeats fields in the same place, comparisons of each with each:",
    overlaps,
    DOCUMENT_OVERLAPS_MAX,
    " or more",
  );
  if (repeats !== undefined) return repeats;
  const { depth, aliases, directives } = countByRules(schema, document);
  return (
    refusal("DOCUMENT_TOO_DEEP", "has fields within fields, levels:", depth, DOCUMENT_DEPTH_MAX) ??
    refusal("TOO_MANY_ALIASES", "has aliases:", aliases, DOCUMENT_ALIASES_MAX) ??
    refusal("TOO_MANY_DIRECTIVES", "has directives:", directives, DOCUMENT_DIRECTIVES_MAX)
  );
}

/** The document of a text. Throws the parser's GraphQLError, or one that says which limit it goes beyond. */
export function parseWithinLimits(schema: GraphQLSchema, text: string | Source, charge?: ChargeDocument): DocumentNode {
  const source = typeof text === "string" ? new Source(text) : text;
  checkNesting(source);
  const document = parse(source, { maxTokens: DOCUMENT_TOKENS_MAX });
  const fault = checkDocument(schema, document, charge);
  if (fault !== undefined) throw fault;
  return document;
}
