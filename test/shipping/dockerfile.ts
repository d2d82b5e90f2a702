// The Dockerfile as the tests perform it: its stages, and of each its steps with their flags and words.
import { readFileSync } from "node:fs";
import path from "node:path";
import { DockerfileParser, ModifiableInstruction } from "dockerfile-ast";
import { PROJECT } from "../support/builtServer.ts";

export interface Step {
  readonly keyword: string;
  /** `--from=build` is ["from", "build"]. */
  readonly flags: ReadonlyMap<string, string>;
  /** What follows the flags, as it is written. */
  readonly text: string;
}

export interface Stage {
  readonly image: string;
  readonly name: string | undefined;
  readonly steps: readonly Step[];
}

/** The stages of the project's Dockerfile, in its order. The last one is what is shipped. */
export function readDockerfile(): readonly Stage[] {
  const stages: { image: string; name: string | undefined; steps: Step[] }[] = [];
  const parsed = DockerfileParser.parse(readFileSync(path.join(PROJECT, "Dockerfile"), "utf8"));
  for (const instruction of parsed.getInstructions()) {
    const keyword = instruction.getKeyword();
    const text = instruction.getRawArgumentsContent() ?? "";
    if (keyword === "FROM") {
      const [image = "", , name] = text.split(/\s+/);
      stages.push({ image, name, steps: [] });
    } else {
      const given = instruction instanceof ModifiableInstruction ? instruction.getFlags() : [];
      const flags = new Map(given.map((flag) => [flag.getName(), flag.getValue() ?? ""]));
      stages.at(-1)?.steps.push({ keyword, flags, text });
    }
  }
  return stages;
}

/** The words of a command in its exec form. Throws for the shell form, in which a shell stands before the program. */
export function execForm(text: string): readonly string[] {
  const words: unknown = JSON.parse(text.replace(/^CMD\s+/, ""));
  if (!Array.isArray(words)) throw new Error(`not in the exec form: ${text}`);
  return words.map(String);
}

/** The variables of an ENV. */
export function variables(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text.split(/\s+/).map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
  );
}
