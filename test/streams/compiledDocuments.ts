// The documents of the API that are executed both ways: all there are, and some that select everything.
import {
  type DocumentNode,
  type GraphQLField,
  type GraphQLNamedOutputType,
  type GraphQLObjectType,
  getNamedType,
  getOperationAST,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isRequiredArgument,
  type OperationTypeNode,
  parse,
} from "graphql";
import { schema } from "../../schema/index.ts";
import { EXAMPLE_OPERATIONS } from "../../src/server/exampleOperations.ts";
import * as generated from "../generated/graphql.ts";

/** From an event to its position, that position's trades, and the position of each of these. */
const DEPTH = 4;

/** What bots ask for. */
const BOT = `subscription Bot($after: LogCursor) {
  accountEvents(after: $after) {
    __typename cursor sequence marketTime
    ... on PositionOpened { position { id signalId symbol side quantity entryPrice stopLoss } }
    ... on TradeClosed {
      trade { id symbol exitReason quantity exitPrice realizedPnl rMultipleAchieved }
      position { id status remainingQuantity }
    }
  }
}`;

/** Fragments and fields that come and go with variables, also the same one in several places. */
export const CONDITIONAL = parse(`
  subscription Conditional($ids: Boolean!, $plain: Boolean = false, $account: ID = "main") {
    accountEvents(account: $account) {
      ...Place @include(if: $ids)
      ... on PositionOpened @skip(if: $plain) { opened: position { ...Held } }
      ... on TradeClosed {
        opened: position { ...Held }
        trade { lot: quantity @skip(if: $ids) position @include(if: $ids) { ...Held trades @skip(if: $plain) { id } } }
      }
      ...Place @skip(if: $plain)
    }
  }
  fragment Place on AccountEvent { __typename cursor number: sequence }
  fragment Held on Position { id @include(if: $ids) symbol side }
`);

/** The documents of the tests and the examples, GraphiQL's tabs, and those that select everything, by name. */
export function documentsOf(kind: `${OperationTypeNode}`): (readonly [name: string, document: DocumentNode])[] {
  const typed = Object.values(generated).filter((made) => made instanceof generated.TypedDocumentString);
  const texts = [...typed.map(String), ...EXAMPLE_OPERATIONS.map(({ query }) => query), BOT];
  return [...texts, ...everything("query"), ...everything("subscription")]
    .map((text) => parse(text))
    .filter((document) => getOperationAST(document)?.operation === kind)
    .map((document) => [getOperationAST(document)?.name?.value ?? "", document]);
}

/** The field that a subscription is to. */
export function followedField(document: DocumentNode): string {
  const [field] = getOperationAST(document)?.selectionSet.selections ?? [];
  if (field?.kind !== "Field") throw new Error("a subscription is to one field");
  return field.name.value;
}

/** A document for each root field that needs no arguments, with every field below it down to a depth. */
function everything(kind: "query" | "subscription"): string[] {
  const root = kind === "query" ? schema.getQueryType() : schema.getSubscriptionType();
  if (!root) throw new Error(`the schema has no ${kind}`);
  return selectableFields(root).map(
    ({ name, type }) => `${kind} Everything_${name} { ${name} ${selectionOf(getNamedType(type), DEPTH)} }`,
  );
}

/** Each field has its type's name before its own, so that those of different types do not conflict. */
function selectionOf(type: GraphQLNamedOutputType, depth: number): string {
  if (!isCompositeType(type)) return "";
  const objects = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
  const fragments = objects.filter(isObjectType).map((object) => {
    const fields = selectableFields(object)
      .map((field) => ({ ...field, named: getNamedType(field.type) }))
      .filter(({ named }) => depth > 1 || !isCompositeType(named))
      .map(({ name, named }) => `${object.name}_${name}: ${name} ${selectionOf(named, depth - 1)}`);
    return `... on ${object.name} { ${fields.join(" ")} }`;
  });
  return `{ __typename ${fragments.join(" ")} }`;
}

function selectableFields(type: GraphQLObjectType): GraphQLField<unknown, unknown>[] {
  return Object.values(type.getFields()).filter(({ args }) => !args.some(isRequiredArgument));
}
