// Keeps spreadsheets from running what they read in a text as a formula (CSV injection, OWASP; CWE-1236).

/** What spreadsheets may skip before a formula: blanks, controls and marks that are not seen, quotes. */
const SKIPPED = String.raw`[\s\p{C}\p{Default_Ignorable_Code_Point}"']`;

/** What begins a formula: = + - @, and what Unicode's compatibility forms (NFKC) make of full-width and other variants. */
const EQUALS = String.raw`=\uFF1D\uFE66\u207C\u208C\u2A75\u2A76`;
const PLUS = String.raw`+\uFF0B\uFE62\u207A\u208A\uFB29`;
const MINUS = String.raw`\-\uFF0D\uFE63\u2212\u207B\u208B`;
const AT = String.raw`@\uFF20\uFE6B`;
const FORMULA = `[${EQUALS}${PLUS}${MINUS}${AT}]`;

/** A text as a cell of its own: it begins with a formula, or with a TAB, CR or another control character. */
const BEGINNING = String.raw`^(?=${SKIPPED}*${FORMULA}|'*\p{Cc})`;

/**
 * Inside a text: where a spreadsheet that parts cells at something else than commas would see another cell begin. It looks
 * ahead first, so that it looks back over what is skipped only once, however long that is.
 */
const INSIDE = String.raw`(?=${FORMULA})(?<=[;|\t\r\n]${SKIPPED}*)`;

const PLACES = new RegExp(`${BEGINNING}|${INSIDE}`, "gu");
const PLAIN_DECIMAL = /^-?\d+(\.\d+)?$/;

/**
 * The text with an apostrophe before it, if it could be run as a formula, and one before each formula that begins after a
 * semicolon, a bar, a TAB or the end of a line inside it (spreadsheets of many countries part cells at semicolons). A plain
 * decimal such as -12.5 is left as it is.
 *
 * A reader undoes it by taking away the apostrophe at the same places. That is exact, for a text that begins like an
 * escaped one gets an apostrophe too:
 * `/^'(?=S*F|'*\p{Cc})|'(?=F)(?<=[;|\t\r\n]S*)/gu`, with S as SKIPPED and F as FORMULA above.
 */
export function withoutFormulas(text: string): string {
  return PLAIN_DECIMAL.test(text) ? text : text.replace(PLACES, "'");
}
