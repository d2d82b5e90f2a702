// Error messages without the names that graphql-js suggests: they tell the schema to who may not see it.
import { GraphQLError } from "graphql";

const SUGGESTION = / Did you mean .*\?(?=$|;)/s;

/** The error, without a suggestion. */
export function withoutSuggestions(error: GraphQLError): GraphQLError {
  const message = error.message.replace(SUGGESTION, "");
  if (message === error.message) return error;
  const { nodes = null, source = null, positions = null, path = null, extensions } = error;
  return new GraphQLError(message, { nodes, source, positions, path, extensions });
}
