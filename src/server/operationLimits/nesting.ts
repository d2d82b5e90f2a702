// How deep and how wide a document's text is, looked at token by token before anything is made of it.
import { Lexer, type Source, type Token, TokenKind } from "graphql";
import { DOCUMENT_NESTING_MAX, DOCUMENT_SELECTIONS_MAX, DOCUMENT_TOKENS_MAX } from "../limits.ts";
import { beyondLimit, shown } from "./refusals.ts";

const OPENING: ReadonlySet<string> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const CLOSING: ReadonlySet<string> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/**
 * Throws a GraphQLError where the text nests deeper than DOCUMENT_NESTING_MAX, selects more than DOCUMENT_SELECTIONS_MAX
 * fields and fragments or has more than DOCUMENT_TOKENS_MAX tokens.
 * It ends at the first that is too many, and throws the lexer's own error for text that is none of GraphQL.
 */
export function checkNesting(source: Source): void {
  const lexer = new Lexer(source);
  const selections = new WrittenSelections();
  let depth = 0;
  for (let tokens = 0; lexer.advance().kind !== TokenKind.EOF; tokens += 1) {
    if (tokens >= DOCUMENT_TOKENS_MAX) throw tooLong();
    const { kind } = lexer.token;
    if (OPENING.has(kind)) depth += 1;
    else if (CLOSING.has(kind)) depth -= 1;
    if (depth > DOCUMENT_NESTING_MAX) throw tooNested();
    if (selections.read(lexer.token) > DOCUMENT_SELECTIONS_MAX) throw tooWide();
  }
}

/** What comes before a name that begins no field: the one after an alias, a directive's, a fragment's. */
const NAMING: ReadonlySet<string> = new Set([TokenKind.COLON, TokenKind.AT, TokenKind.SPREAD, "on"]);

/** Counts fields, fragment spreads and inline fragments as they are written. */
class WrittenSelections {
  private count = 0;
  private braces = 0;
  private parentheses = 0;
  private before = "";

  /** How many there are up to this token. */
  read({ kind, value }: Token): number {
    if (kind === TokenKind.PAREN_L) this.parentheses += 1;
    else if (kind === TokenKind.PAREN_R) this.parentheses -= 1;
    else if (this.parentheses === 0) {
      if (kind === TokenKind.BRACE_L) this.braces += 1;
      else if (kind === TokenKind.BRACE_R) this.braces -= 1;
      else if (kind === TokenKind.SPREAD) this.count += 1;
      else if (kind === TokenKind.NAME && this.braces > 0 && !NAMING.has(this.before)) this.count += 1;
      this.before = this.before === TokenKind.SPREAD && value === "on" ? "on" : kind;
    }
    return this.count;
  }
}

function tooLong() {
  const message = `The document has more than ${DOCUMENT_TOKENS_MAX} tokens, which is the most that is allowed.`;
  return beyondLimit("DOCUMENT_TOO_LONG", message, { limit: DOCUMENT_TOKENS_MAX, actual: DOCUMENT_TOKENS_MAX + 1 });
}

function tooWide() {
  const limit = DOCUMENT_SELECTIONS_MAX;
  const message = `The document selects more than ${shown(limit)} fields and fragments, which is the most that is allowed.`;
  return beyondLimit("DOCUMENT_TOO_WIDE", message, { limit, actual: limit + 1 });
}

function tooNested() {
  const limit = DOCUMENT_NESTING_MAX;
  const message = `The document's braces, brackets and parentheses nest deeper than ${shown(limit)} levels, which is the most that is allowed.`;
  return beyondLimit("DOCUMENT_TOO_DEEP", message, { limit, actual: limit + 1 });
}
