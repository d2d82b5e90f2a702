// Runs of wins and of losses in a row of trades, kept so that two rows can be joined without looking at their trades.

/** A run is the number of trades in it: above 0 of wins, below 0 of losses; 0 where there is no trade. */
export type Run = number;

/** What a row of trades shows of its runs; the order of the trades is that in which they were made. */
export interface Streaks {
  readonly trades: number;
  readonly longestWinning: number;
  readonly longestLosing: number;
  /** The runs that the row begins and ends with: the same one where all its trades are alike. */
  readonly first: Run;
  readonly last: Run;
}

export const NO_STREAKS: Streaks = { trades: 0, longestWinning: 0, longestLosing: 0, first: 0, last: 0 };
const ONE_WIN: Streaks = { trades: 1, longestWinning: 1, longestLosing: 0, first: 1, last: 1 };
const ONE_LOSS: Streaks = { trades: 1, longestWinning: 0, longestLosing: 1, first: -1, last: -1 };

/** The row of one trade. */
export function streaksOfTrade(won: boolean): Streaks {
  return won ? ONE_WIN : ONE_LOSS;
}

/** The row of `earlier` followed by `later`. Associative; not commutative. */
export function joinStreaks(earlier: Streaks, later: Streaks): Streaks {
  if (earlier.trades === 0) return later;
  if (later.trades === 0) return earlier;
  const across = earlier.last > 0 === later.first > 0 ? earlier.last + later.first : 0;
  return {
    trades: earlier.trades + later.trades,
    longestWinning: Math.max(earlier.longestWinning, later.longestWinning, across),
    longestLosing: Math.max(earlier.longestLosing, later.longestLosing, -across),
    first: across !== 0 && isOneRun(earlier) ? across : earlier.first,
    last: across !== 0 && isOneRun(later) ? across : later.last,
  };
}

function isOneRun(streaks: Streaks): boolean {
  return Math.abs(streaks.first) === streaks.trades;
}
