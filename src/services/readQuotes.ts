// Reading the board: the newest quotes of some symbols, or of all.
import type { Quote } from "../domain/price.ts";
import type { Desk } from "./desk.ts";

export const QUOTES_IN_A_CALL_MAX = 200;

/** The quotes of the symbols given, in that order, without the unknown; of all, by symbol, unless there are too many. */
export function readQuotes(
  { board }: Pick<Desk, "board">,
  symbols: readonly string[] | null | undefined,
): Quote[] | "tooMany" {
  if (symbols) return symbols.flatMap((symbol) => board.get(symbol) ?? []);
  const quotes: Quote[] = [];
  for (const quote of board.all()) {
    if (quotes.length === QUOTES_IN_A_CALL_MAX) return "tooMany";
    quotes.push(quote);
  }
  return quotes.sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
}
