// What docs/operations.md tells people to paste: its code blocks, with what a test must put in place of names and ports.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { PROJECT } from "../support/builtServer.ts";

export const PAGE = path.join(PROJECT, "docs/operations.md");

/** The one block in `language` under the heading `## section` that holds `mark`. */
export async function blockOf(section: string, language: string, mark: string): Promise<string> {
  const page = await readFile(PAGE, "utf8");
  const begin = page.indexOf(`\n## ${section}\n`);
  if (begin < 0) throw new Error(`there is no section ${section}`);
  const next = page.indexOf("\n## ", begin + 1);
  const text = page.slice(begin, next < 0 ? undefined : next);
  const blocks = [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))];
  const found = blocks.map(([, block]) => block ?? "").filter((block) => block.includes(mark));
  if (found.length !== 1 || found[0] === undefined) {
    throw new Error(`${section} has ${found.length} blocks of ${language} with ${mark}`);
  }
  return found[0];
}

/** What stands in a test in place of what the page says; what the page does not say (any more) is an error. */
export function inPlace(text: string, changes: Readonly<Record<string, string>>): string {
  let changed = text;
  for (const [said, instead] of Object.entries(changes)) {
    if (!changed.includes(said)) throw new Error(`the page does not say ${JSON.stringify(said)}: ${text}`);
    changed = changed.replaceAll(said, instead);
  }
  return changed;
}
