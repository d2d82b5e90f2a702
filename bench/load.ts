// A process that loads a server: executeSignal over HTTP from many connections, each signal with an id of its own.
import autocannon from "autocannon";

const [url = "", connections = "64", seconds = "5", account = "main"] = process.argv.slice(2);
const query = `mutation Execute($input: ExecuteSignalInput!) {
  executeSignal(input: $input) { __typename ... on ExecuteSignalPayload { replayed signal { status position { id entryPrice } } } }
}`;
let sent = 0;

/** What a load came to. */
export interface Load {
  readonly answersPerSecond: number;
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const result = await autocannon({
  url: `${url}/graphql`,
  connections: Number(connections),
  duration: Number(seconds),
  requests: [
    {
      method: "POST",
      headers: { "content-type": "application/json" },
      setupRequest: (request) => {
        sent += 1;
        const input = {
          account,
          signalId: `load-${process.pid}-${sent}`,
          symbol: "AAPL",
          entryPrice: "100",
          stopLoss: "50",
          target1: "200",
          positionSize: "1",
        };
        return { ...request, body: JSON.stringify({ query, variables: { input } }) };
      },
    },
  ],
  verifyBody: (body) => String(body).includes('"FILLED"'),
});

const load: Load = {
  answersPerSecond: result["2xx"] / result.duration,
  failed: result.non2xx + result.errors + result.timeouts + result.mismatches,
  p50Ms: result.latency.p50,
  p99Ms: result.latency.p99,
};
process.send?.(load);
