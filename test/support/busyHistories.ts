// Random histories in which much is traded: signals around the price, prices that reach their levels, closes in parts, resets.
import fc from "fast-check";
import type { Step } from "./histories.ts";

const SYMBOLS = ["AAPL", "MSFT"] as const;
const START_MS = Date.UTC(2026, 0, 5, 14, 30);
const PATTERNS = ["SPRING", "SOS", "LPS", undefined] as const;
const STEPS = { min: 20, max: 80 };

/** What a step is made of: its kind, and numbers that it uses as it likes. */
interface Move {
  readonly kind: "signals" | "quote" | "bars" | "close" | "reset" | "restart" | "settings";
  readonly numbers: readonly [number, number, number];
  readonly waitMs: number;
}

const move: fc.Arbitrary<Move> = fc.record({
  kind: fc.oneof(
    { weight: 10, arbitrary: fc.constantFrom("signals", "quote", "bars") },
    { weight: 3, arbitrary: fc.constant("close") },
    { weight: 1, arbitrary: fc.constantFrom("reset", "restart", "settings") },
  ) as fc.Arbitrary<Move["kind"]>,
  numbers: fc.tuple(fc.nat(9_999), fc.nat(9_999), fc.nat(9_999)),
  waitMs: fc.constantFrom(0, 250, 1_000, 20_000, 60_000, 900_000, 86_400_000),
});

/** A history of one account. */
export function busyHistory(): fc.Arbitrary<Step[]> {
  const moves = fc.array(move, { minLength: STEPS.min, maxLength: STEPS.max, size: "max" });
  return moves.map((all) => {
    const told = new Telling();
    return [...told.begin(), ...all.map((one) => told.step(one)), ...told.end()];
  });
}

/** Turns moves into steps that make sense where they come: it knows the time, the session, and what was sent. */
class Telling {
  private timeMs = START_MS;
  private session = 1;
  private signals = 0;
  private requests = 0;

  begin(): Step[] {
    const settings = { maxTradeRisk: "100", maxPortfolioHeat: "100", maxCampaignRisk: "100", maxPriceAge: 86_400 };
    return [
      { kind: "enable", input: { settings } },
      { kind: "quotes", inputs: SYMBOLS.map((symbol) => ({ symbol, price: "100", time: this.time() })) },
    ];
  }

  /** A last session in which something is open and nothing was closed. */
  end(): Step[] {
    this.timeMs += 1_000;
    const price = { symbol: symbolOf(0), price: "100", time: this.time() };
    return [
      { kind: "reset", input: { session: this.session } },
      { kind: "quotes", inputs: [price] },
      { kind: "signals", inputs: [this.signal(0)] },
    ];
  }

  step({ kind, numbers, waitMs }: Move): Step {
    this.timeMs += waitMs;
    switch (kind) {
      case "signals":
        return { kind, inputs: numbers.map((number) => this.signal(number)) };
      case "quote":
        return { kind: "quotes", inputs: numbers.slice(1).map((number, index) => this.quote(number, index)) };
      case "bars":
        return { kind, inputs: numbers.map((number) => this.bar(number)) };
      case "close":
        return { kind, input: this.close(numbers) };
      case "reset":
        this.session += 1;
        return { kind, input: { session: this.session - 1 } };
      case "settings":
        return { kind, input: { settings: { slippagePercentage: cents(numbers[0] % 100) } } };
      case "restart":
        return { kind };
    }
  }

  private signal(number: number) {
    this.signals += 1;
    const side = number % 2 === 0 ? ("LONG" as const) : ("SHORT" as const);
    const away = (distance: number): string => cents(10_000 + (side === "LONG" ? distance : -distance));
    return {
      signalId: `s${this.signals}`,
      symbol: symbolOf(number),
      side,
      patternType: side === "LONG" ? PATTERNS[number % PATTERNS.length] : undefined,
      campaignId: number % 3 === 0 ? `c${number % 4}` : undefined,
      source: number % 5 === 0 ? "bot" : undefined,
      entryPrice: "100",
      stopLoss: away(-700 - (number % 300)),
      target1: away(700 + (number % 300)),
      target2: number % 7 < 4 ? away(1_100) : undefined,
      positionSize: String(3 + (number % 40)),
    };
  }

  private quote(number: number, index: number) {
    return { symbol: SYMBOLS[index] ?? "AAPL", price: cents(8_800 + (number % 2_400)), time: this.time() };
  }

  private bar(number: number) {
    const prices = [number, number * 7, number * 13, number * 31].map((seed) => 8_900 + (seed % 2_200));
    const [open = 0, close = 0] = prices;
    const start = this.time();
    this.timeMs += 60_000;
    return {
      symbol: symbolOf(number),
      open: cents(open),
      high: cents(Math.max(...prices)),
      low: cents(Math.min(...prices)),
      close: cents(close),
      start,
      intervalSeconds: 60,
    };
  }

  private close([of, quantity, isPart]: Move["numbers"]) {
    this.requests += 1;
    const position = `s${Math.max(1, this.signals - (of % 6))}`;
    if (isPart % 4 === 0) return { position };
    return { position, quantity: cents(1 + (quantity % 300)), requestId: `r${this.requests}` };
  }

  private time(): string {
    return new Date(this.timeMs).toISOString();
  }
}

function symbolOf(number: number): string {
  return SYMBOLS[number % SYMBOLS.length] ?? "AAPL";
}

/** Hundredths as decimal text. */
function cents(hundredths: number): string {
  return `${Math.trunc(hundredths / 100)}.${String(hundredths % 100).padStart(2, "0")}`;
}
