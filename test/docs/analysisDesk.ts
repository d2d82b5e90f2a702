// What docs/analysis.md talks about: its files, a server that has replayed them, and its examples run there.
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { SUMMARY_END, temporaryDirectory, untilPrinted } from "../replay/replaying.ts";
import { PROJECT } from "../support/builtServer.ts";
import { startServer } from "../support/serverProcess.ts";

const run = promisify(execFile);
const SYMBOLS = ["ACME", "BOLT", "CRUX"];
/** Bars that only a backtest sees. */
const OTHERS = ["DELT", "EMBR", "FLUX"];
const ADDRESS = "http://localhost:4000";
const POLL_MS = 50;
const FOLLOWED = `{
  dataSets { edges { node { id symbol } } }
  backtests(first: 10) { edges { node { id status } } }
}`;

/** An operation or a command of the page, and the answer that it shows, if it shows one. */
export interface Example {
  readonly language: string;
  readonly text: string;
  readonly shown: string | undefined;
}

export interface AnalysisDesk {
  /** Runs an operation, or a command in the folder of the files. Ids of data sets and of the newest backtest are variables. */
  answerTo(example: Example): Promise<unknown>;
  close(): Promise<void>;
}

interface Followed {
  readonly dataSets: { readonly edges: readonly { readonly node: { readonly id: string; readonly symbol: string } }[] };
  readonly backtests: {
    readonly edges: readonly { readonly node: { readonly id: string; readonly status: string } }[];
  };
}

/** The examples of a page in their order. Those of what one sees once, and of languages that are not run, are not there. */
export function examplesOf(page: string): Example[] {
  const blocks = page.matchAll(/^```(graphql|bash)\n([\s\S]*?)^```\n(?:\n```(?:json|text)\n([\s\S]*?)^```)?/gm);
  return [...blocks]
    .map(([, language = "", text = "", shown]) => ({ language, text, shown }))
    .filter(({ language, text }) => language === "graphql" || !/npm start|PUT-THE-ID-HERE/.test(text));
}

/** Makes the files with the page's commands, replays them, and answers when the replay is over. */
export async function startAnalysisDesk(): Promise<AnalysisDesk> {
  const { directory, remove } = await temporaryDirectory();
  const file = (name: string): string => path.join(directory, name);
  const example = async (name: string, argument: string): Promise<string> => {
    const args = ["--import", "tsx", path.join(PROJECT, "examples", name), argument];
    return (await run(process.execPath, args, { cwd: PROJECT })).stdout;
  };
  for (const [index, symbol] of [...SYMBOLS, ...OTHERS].entries()) {
    await writeFile(file(`${symbol}.csv`), await example("make-bars.ts", String(index + 1)));
  }
  let signals = "";
  for (const symbol of SYMBOLS) signals += await example("make-signals.ts", file(`${symbol}.csv`));
  await writeFile(file("signals.jsonl"), signals);
  const bars = SYMBOLS.map((symbol) => file(`${symbol}.csv`)).join(",");
  const args = ["--replay", bars, "--speed", "max", "--signals", file("signals.jsonl")];
  const server = await startServer({ DATA_DIR: file("data") }, args);
  await untilPrinted(server, SUMMARY_END);

  const ask = async <Data>(query: string, variables: object = {}): Promise<{ readonly data: Data }> => {
    const answer = await fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    return (await answer.json()) as { data: Data };
  };
  const settled = async (): Promise<object> => {
    for (;;) {
      const { dataSets, backtests } = (await ask<Followed>(FOLLOWED)).data;
      if (backtests.edges.some(({ node }) => ["QUEUED", "RUNNING"].includes(node.status))) {
        await sleep(POLL_MS);
        continue;
      }
      const idsOf = (symbols: readonly string[]): string[] =>
        symbols.flatMap((symbol) => dataSets.edges.flatMap(({ node }) => (node.symbol === symbol ? [node.id] : [])));
      return { dataSets: idsOf(SYMBOLS), others: idsOf(OTHERS), backtest: backtests.edges[0]?.node.id ?? "" };
    }
  };
  return {
    answerTo: async ({ language, text }) => {
      if (language === "graphql") return ask(text, await settled());
      await settled();
      const { stdout } = await run("bash", ["-ec", text.replaceAll(ADDRESS, server.url)], { cwd: directory });
      return stdout;
    },
    close: async () => {
      await server.kill("SIGTERM");
      await remove();
    },
  };
}
