// What a builder of images is sent: the files of the project that .dockerignore lets through.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { PROJECT } from "../support/builtServer.ts";

interface Rule {
  readonly allows: boolean;
  readonly pattern: string;
  readonly matches: RegExp;
}

const rules = readRules();

function readRules(): readonly Rule[] {
  const lines = readFileSync(path.join(PROJECT, ".dockerignore"), "utf8").split("\n");
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const allows = line.startsWith("!");
      const pattern = allows ? line.slice(1) : line;
      return { allows, pattern, matches: expression(pattern) };
    });
}

/** A pattern matches a path and everything below it; `*` stays within a folder, `**` does not. */
function expression(pattern: string): RegExp {
  const parts = pattern.split(/(\*\*\/|\*\*|\*|\?)/).map((part) => {
    if (part === "**/") return "(?:.*/)?";
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    if (part === "?") return "[^/]";
    return part.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}(?:/.*)?$`);
}

/** Whether the builder gets to see a file, given by its path in the project. The last rule that matches decides. */
export function isSent(file: string): boolean {
  return rules.findLast(({ matches }) => matches.test(file))?.allows ?? true;
}

/** Every file that is sent. Folders in which nothing can be are not entered. */
export function sentFiles(folder = ""): readonly string[] {
  return readdirSync(path.join(PROJECT, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.posix.join(folder, entry.name);
    if (!entry.isDirectory()) return isSent(file) ? [file] : [];
    const mayHold = isSent(file) || rules.some(({ allows, pattern }) => allows && pattern.startsWith(`${file}/`));
    return mayHold ? sentFiles(file) : [];
  });
}
