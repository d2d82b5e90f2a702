// A path for a file of a test's own; what is there is gone when the test is finished.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";

export async function temporaryFile(name: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "papertape-limits-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return path.join(folder, name);
}
