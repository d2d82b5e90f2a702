// What a page loads of the client: nothing of Node, nothing that it does not use, and no more than the README says.
import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";
import { CLIENT, checkClientBuild } from "../support/builtClient.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const WHOLE = 'import { createClient, followAccount, ReportDocument, toNumber } from "@papertape/client";';
const USE = "console.log(createClient, followAccount, ReportDocument, toNumber);";

beforeAll(() => checkClientBuild());

async function bundle(contents: string) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: ROOT },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "browser",
    logLevel: "silent",
  });
  return { code: outputFiles[0]?.text ?? "", inputs: Object.keys(metafile.inputs) };
}

describe("a page's bundle", () => {
  it("has nothing of Node in it, nor graphql's parser", async () => {
    const { code, inputs } = await bundle(`${WHOLE}${USE}`);
    expect(code).not.toMatch(/node:|require\(|\bprocess\./);
    const packages = inputs.filter((file) => file.includes("node_modules"));
    expect(packages.length).toBeGreaterThan(0);
    expect(packages.filter((file) => !file.includes("node_modules/graphql-ws/"))).toEqual([]);
  });

  it("could not be made of the entry for Node", async () => {
    await expect(bundle('import { stateFile } from "@papertape/client/node"; console.log(stateFile);')).rejects.toThrow(
      "node:",
    );
  });

  it("leaves out what it does not use: documents, and the sockets", async () => {
    const { code } = await bundle(`${WHOLE}${USE}`);
    expect(code).toContain("query Report(");
    expect(code).toContain("subscription FollowAccount");
    expect(code).not.toContain("query Backtests");
    expect(code).not.toContain("mutation ExecuteSignal");
    const decimals = await bundle('import { decimal } from "@papertape/client"; console.log(decimal("1"));');
    expect(decimals.code.length).toBeLessThan(500);
  });

  it("is no larger than the README says", async () => {
    const readme = readFileSync(path.join(CLIENT, "README.md"), "utf8");
    const [, kilobytes] = /([\d.]+) kB gzipped/.exec(readme) ?? [];
    const { code } = await bundle(`${WHOLE}${USE}`);
    const rounded = Math.round(gzipSync(code, { level: 9 }).length / 100) / 10;
    expect(rounded).toBeLessThanOrEqual(Number(kilobytes));
  });
});
