// Files for the tests of the feeds, in a directory that is removed after the suite.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";

/** Answers a function that writes a file and answers its path. */
export function useTemporaryFiles(): (content: string | Buffer, name?: string) => Promise<string> {
  let directory = "";
  let count = 0;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "papertape-feeds-"));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));
  return async (content, name) => {
    count += 1;
    const file = join(directory, name ?? `file-${count}.csv`);
    await writeFile(file, content);
    return file;
  };
}
