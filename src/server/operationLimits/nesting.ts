// How deep braces, brackets and parentheses of a document's text go, looked at before anything recurs over them.
import { Lexer, type Source, TokenKind } from "graphql";
import { DOCUMENT_NESTING_MAX, DOCUMENT_TOKENS_MAX } from "../limits.ts";
import { beyondLimit, shown } from "./refusals.ts";

const OPENING: ReadonlySet<string> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const CLOSING: ReadonlySet<string> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/**
 * Throws a GraphQLError where the text nests deeper than DOCUMENT_NESTING_MAX or has more than DOCUMENT_TOKENS_MAX tokens.
 * It ends at the first that is too many, and throws the lexer's own error for text that is none of GraphQL.
 */
export function checkNesting(source: Source): void {
  const lexer = new Lexer(source);
  let depth = 0;
  for (let tokens = 0; lexer.advance().kind !== TokenKind.EOF; tokens += 1) {
    if (tokens >= DOCUMENT_TOKENS_MAX) throw tooLong();
    const { kind } = lexer.token;
    if (OPENING.has(kind)) depth += 1;
    else if (CLOSING.has(kind)) depth -= 1;
    if (depth > DOCUMENT_NESTING_MAX) throw tooNested();
  }
}

function tooLong() {
  const message = `The document has more than ${DOCUMENT_TOKENS_MAX} tokens, which is the most that is allowed.`;
  return beyondLimit("DOCUMENT_TOO_LONG", message, { limit: DOCUMENT_TOKENS_MAX, actual: DOCUMENT_TOKENS_MAX + 1 });
}

function tooNested() {
  const limit = DOCUMENT_NESTING_MAX;
  const message = `The document's braces, brackets and parentheses nest deeper than ${shown(limit)} levels, which is the most that is allowed.`;
  return beyondLimit("DOCUMENT_TOO_DEEP", message, { limit, actual: limit + 1 });
}
