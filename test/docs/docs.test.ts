// The documents keep step with the project: links, variables, options, codes, limits, and examples that give their answers.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { buildSchema, isEnumType, parse, validate } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS, plainSettings } from "../../src/domain/settings.ts";
import { environmentSchema } from "../../src/server/environment.ts";
import { TypedDocumentString } from "../generated/graphql.ts";
import { type ApiDesk, startApiDesk } from "../support/apiDesk.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");
const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(ending) && !file.includes("generated"))
    .map((file) => path.join(folder, file));

const PAGES = [
  "README.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "web/client/README.md",
  ...filesIn("docs", ".md"),
];
const GUIDE = read("docs/guide.md");
const OPERATIONS = read("docs/operations.md");
const printed = buildSchema(read("schema/schema.graphql"));

/** The fenced blocks of a page in a language. */
function blocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^ *\`\`\`${language}\n([\\s\\S]*?)^ *\`\`\``, "gm"))].map(
    ([, block]) => block ?? "",
  );
}

const withoutBlocks = (text: string): string => text.replace(/^ *```[\s\S]*?^ *```/gm, "");

/** A heading as the part of a link after the hash, as code hosts make it. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");
}

function anchorsOf(file: string): string[] {
  return [...withoutBlocks(read(file)).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading ?? ""));
}

describe.each(PAGES)("%s", (page) => {
  it("links to files and headings that exist", () => {
    const targets = [...withoutBlocks(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? "");
    const broken = targets.filter((target) => {
      if (/^https?:/.test(target)) return false;
      const [file = "", anchor] = target.split("#");
      const found = file === "" ? page : path.join(path.dirname(page), file);
      if (!existsSync(path.join(ROOT, found))) return true;
      return anchor !== undefined && !anchorsOf(found).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it("shows GraphQL that the schema allows", () => {
    for (const block of blocks(read(page), "graphql")) expect(validate(printed, parse(block)), block).toEqual([]);
  });

  it("shows GraphQL in its curl commands that the schema allows", () => {
    for (const block of blocks(read(page), "bash")) {
      for (const [, body = ""] of block.matchAll(/(?:ask|-d) '(\{[\s\S]*?\})'/g)) {
        const { query } = JSON.parse(body) as { query: string };
        expect(validate(printed, parse(query)), query).toEqual([]);
      }
    }
  });

  it("shows shell commands that a shell can read", () => {
    for (const block of blocks(read(page), "bash")) execFileSync("bash", ["-n"], { input: block });
  });
});

describe("the operations page", () => {
  it.each(Object.keys(environmentSchema.shape))("has the variable %s, and so has .env.example", (name) => {
    expect(OPERATIONS).toContain(`\`${name}\``);
    expect(read(".env.example")).toMatch(new RegExp(`^${name}=`, "m"));
  });

  it("has every option of the command line", () => {
    const options = [...read("src/server/commandLine.ts").matchAll(/"(--[a-z]+)/g)].map(([, option]) => option ?? "");
    expect(options).toContain("--replay");
    expect([...new Set(options)].filter((option) => !OPERATIONS.includes(`| \`${option}`))).toEqual([]);
  });
});

describe("the contributors' page", () => {
  it("has every npm script that is not told elsewhere, and names none that does not exist", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const page = read("CONTRIBUTING.md");
    const named = [...page.matchAll(/npm (?:run )?([a-z:]+)/g)].map(([, script]) => script ?? "");
    expect(Object.keys(scripts).filter((script) => !named.includes(script))).toEqual([]);
    expect(named.filter((script) => !(script in scripts) && !["ci", "cit"].includes(script))).toEqual([]);
  });
});

describe("the guide", () => {
  it.each(["RejectionCode", "ExitReason", "SkipReason", "SignalStatus", "EligibilityCriterion"])(
    "explains every %s",
    (name) => {
      const type = printed.getType(name);
      const codes = isEnumType(type) ? type.getValues().map((value) => value.name) : [];
      expect(codes.length).toBeGreaterThan(0);
      expect(codes.filter((code) => !GUIDE.includes(`| \`${code}\` |`))).toEqual([]);
    },
  );

  it("has every setting with its default", () => {
    for (const [name, value] of Object.entries(plainSettings(DEFAULT_SETTINGS))) {
      expect(GUIDE, name).toContain(`| \`${name}\` | ${value} |`);
    }
  });

  it("names limits that are in the code", () => {
    const code = [...filesIn("src", ".ts"), ...filesIn("schema", ".ts")].map(read).join("\n");
    const table = GUIDE.slice(GUIDE.indexOf("\n## Limits"), GUIDE.indexOf("\n## What is not built"));
    const names = [...table.matchAll(/`([A-Z][A-Z0-9]*_[A-Z0-9_]+)`/g)].map(([, name]) => name ?? "");
    expect(names.length).toBeGreaterThan(30);
    expect(names.filter((name) => !code.includes(`const ${name} `) && !code.includes(`const ${name}:`))).toEqual([]);
  });
});

/** What an example that lists positions answers: its reader takes the id from there. */
interface Listed {
  readonly positions?: { readonly edges: readonly { readonly node: { readonly id?: string } }[] };
}

describe("the guide's examples, run from top to bottom on a fresh desk", () => {
  let desk: ApiDesk;
  beforeAll(async () => {
    desk = await startApiDesk();
  });
  afterAll(() => desk.close());

  it("give the answers that it shows", async () => {
    let position: unknown;
    let compared = 0;
    for (const [, example = "", shown] of GUIDE.matchAll(
      /^```graphql\n([\s\S]*?)^```\n(?:\n```json\n([\s\S]*?)^```)?/gm,
    )) {
      const answer = await desk.client.answer(new TypedDocumentString<Listed, object>(example), { position });
      position = answer.data?.positions?.edges[0]?.node.id ?? position;
      if (shown === undefined) continue;
      expect(answer, example).toEqual(JSON.parse(shown));
      compared += 1;
    }
    expect(compared).toBeGreaterThan(5);
  });
});
