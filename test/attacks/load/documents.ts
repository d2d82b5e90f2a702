// Documents that are too much, sent by every transport: 20,000 aliases, a depth of 1,000, fragments in circles.
import { type Attack, enter, errorOf, isLine, post, type Refusal, type Target } from "./target.ts";

const times = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(" ");

const ALIASES = 20_000;
const DEPTH = 1_000;

export const DOCUMENTS = {
  "20,000 aliases": `{ ${times(ALIASES, (index) => `a${index}: __typename`)} }`,
  "a depth of 1,000": `{ __schema ${"{ types ".repeat(DEPTH)}{ name }${" }".repeat(DEPTH)} }`,
  "fragments in circles": "{ ...A } fragment A on Query { __typename ...B } fragment B on Query { __typename ...A }",
} as const;

const ask = (target: Target, query: string, accept: string): Promise<Refusal> =>
  post(target, { headers: { accept }, body: JSON.stringify({ query }) });

async function askSocket(target: Target, query: string): Promise<Refusal> {
  const line = await enter(target);
  if (!isLine(line)) return line;
  const answered = new Promise<Refusal>((resolve) => {
    line.hear(({ type, payload }) => {
      if (type === "error") resolve(errorOf(payload));
    });
  });
  line.send({ type: "subscribe", id: "1", payload: { query } });
  const refusal = await Promise.race([answered, line.ended]);
  line.socket.close();
  return refusal;
}

export const DOCUMENT_ATTACKS: readonly Attack[] = Object.entries(DOCUMENTS).flatMap(([name, query]) => [
  { name: `${name}, by HTTP`, run: (target: Target) => ask(target, query, "application/json") },
  { name: `${name}, by event stream`, run: (target: Target) => ask(target, query, "text/event-stream") },
  { name: `${name}, by WebSocket`, run: (target: Target) => askSocket(target, query) },
]);
