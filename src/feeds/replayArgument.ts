// Reads the argument of --replay: which file feeds which symbol.
import { parse } from "node:path";
import { SYMBOL_PATTERN, SYMBOL_WORDS } from "../domain/signal.ts";
import { FeedError, quoteText } from "./feedError.ts";

export interface ReplayFile {
  readonly symbol: string;
  readonly file: string;
}

export const REPLAY_FILES_MAX = 200;

/**
 * Answers the files of `FILE[,FILE…]` in the order given; each is `SYMBOL=FILE`, or a file whose name without its
 * extension is the symbol. Symbols are upper-cased. A file's name cannot hold a comma, and one that holds an equals
 * sign needs its symbol before it.
 * Throws FeedError for an empty item, a bad symbol, or a symbol that is named twice.
 */
export function parseReplayArgument(argument: string): ReplayFile[] {
  const items = argument.split(",");
  if (items.length > REPLAY_FILES_MAX) throw new FeedError(`at most ${REPLAY_FILES_MAX} files can be replayed at once`);
  const files = items.map((item) => parseItem(item.trim()));
  const seen = new Set<string>();
  for (const { symbol } of files) {
    if (seen.has(symbol)) throw new FeedError(`the symbol ${symbol} has more than one file to replay`);
    seen.add(symbol);
  }
  return files;
}

function parseItem(item: string): ReplayFile {
  const equals = item.indexOf("=");
  const file = item.slice(equals + 1).trim();
  if (file === "") throw new FeedError(`a file to replay is missing: ${quoteText(item)} is not FILE or SYMBOL=FILE`);
  const symbol = (equals < 0 ? parse(file).name : item.slice(0, equals).trim()).toUpperCase();
  if (!SYMBOL_PATTERN.test(symbol)) {
    throw new FeedError(`the symbol ${quoteText(symbol)} is not ${SYMBOL_WORDS}; give one as SYMBOL=${file}`);
  }
  return { symbol, file };
}
