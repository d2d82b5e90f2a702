// Yoga's hooks that keep documents and operations within limits; what they do, they do for all roads that Yoga parses for.
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
} from "graphql";
import type { Plugin } from "graphql-yoga";
import type { DocumentCache } from "./documentCache.ts";
import { type GraphqlParams, withTrustedText } from "./graphqlParams.ts";
import { REFUSED_COST } from "./limits.ts";
import type { OperationOrigin } from "./operation.ts";
import { parseWithinLimits } from "./operationLimits/documentLimits.ts";
import { type AskedOperation, asksForCost, type OperationGuard } from "./operationLimits/guard.ts";
import { notTrusted } from "./operationLimits/refusals.ts";
import { withoutSuggestions } from "./operationLimits/suggestions.ts";
import { namesDocument, type TrustedDocuments } from "./operationLimits/trustedDocuments.ts";

/** What Yoga's context holds of the operation that it is made for. */
interface OperationContext {
  readonly origin: OperationOrigin;
  readonly params?: Pick<GraphqlParams, "extensions">;
}

/** Only trusted documents are parsed, where there are such; unknown ones are paid for, and none is beyond the limits. */
export function limitDocuments(
  schema: GraphQLSchema,
  guard: OperationGuard,
  cache: DocumentCache<DocumentNode>,
  trusted: TrustedDocuments | undefined,
): Plugin {
  return {
    onParams({ params, setParams }) {
      if (trusted === undefined || !namesDocument(params)) return;
      const named = withTrustedText(params, trusted);
      if (named.query === undefined) throw notTrusted();
      setParams(named);
    },
    onParse({ context, params: { source }, setParsedDocument, setParseFn }) {
      const text = typeof source === "string" ? source : source.body;
      if (trusted !== undefined && !trusted.has(text)) throw notTrusted();
      if (cache.get(text) !== undefined) return;
      const { origin } = context as unknown as OperationContext;
      const refused = guard.chargeText(origin, text.length);
      if (refused !== undefined) throw refused;
      const charge = (selections: number) => guard.chargeSelections(origin, selections);
      try {
        setParsedDocument(parseWithinLimits(schema, source, charge));
      } catch (error) {
        guard.fine(guard.clientOf(origin), REFUSED_COST);
        if (isRefusal(error)) throw error;
        setParseFn(() => {
          throw error;
        });
      }
    },
    onValidate({ context }) {
      const { origin } = context as unknown as OperationContext;
      return ({ valid }) => {
        if (!valid) guard.fine(guard.clientOf(origin), REFUSED_COST);
      };
    },
  };
}

/** Yoga takes what its parser throws for a syntax error, and gives it that one's status; a refusal has its own. */
function isRefusal(error: unknown): boolean {
  return error instanceof GraphQLError && error.extensions["http"] !== undefined;
}

/** No introspection, and no names suggested, to those who are not told the schema. Yoga keeps what is valid by the rules. */
export function hideSchema(guard: OperationGuard): Plugin {
  return {
    onValidate({ context, addValidationRule }) {
      if (guard.tellsSchema((context as unknown as OperationContext).origin)) return undefined;
      addValidationRule(NoSchemaIntrospectionCustomRule);
      return ({ valid, result, setResult }) => {
        if (valid) return;
        setResult(result.map((error: unknown) => (error instanceof GraphQLError ? withoutSuggestions(error) : error)));
      };
    },
  };
}

function askedOf({ document, operationName, variableValues, contextValue }: ExecutionArgs): AskedOperation {
  const { origin, params } = contextValue as OperationContext;
  const tellsCost = asksForCost(origin.headers, params?.extensions);
  return { origin, document, operationName, variables: variableValues, tellsCost };
}

/** Lets operations in that come to Yoga's execution; those that were let in before are only executed in time. */
export function limitOperations(guard: OperationGuard): Plugin {
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn((args: ExecutionArgs) =>
        guard.run(askedOf(args), async () => (await executeFn(args)) as ExecutionResult, args.contextValue as object),
      );
    },
    onSubscribe({ subscribeFn, setSubscribeFn }) {
      setSubscribeFn(async (args: ExecutionArgs) => {
        const asked = askedOf(args);
        const admitted = guard.admit(asked);
        if (admitted instanceof GraphQLError) return { errors: [admitted] };
        const begun: object = await subscribeFn(args);
        return Symbol.asyncIterator in begun ? begun : guard.told(begun, asked.origin);
      });
    },
  };
}
