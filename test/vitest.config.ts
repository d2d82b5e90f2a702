// How the tests run: from the project's root, each file in a process of its own, against real databases and sockets.
import { createRequire } from "node:module";
import path from "node:path";
import { defineConfig } from "vitest/config";

/** Longer than a fresh PGlite takes to start on a busy machine, in milliseconds. */
const TEST_TIMEOUT_MS = 60_000;

export default defineConfig({
  root: path.dirname(import.meta.dirname),
  // The one copy of graphql that Node itself gives to packages: Vite would give the tests another one.
  resolve: { alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve("graphql") }] },
  test: {
    include: ["test/**/*.test.ts"],
    reporters: ["default", path.join(import.meta.dirname, "plainReporter.ts")],
    pool: "forks",
    // Most files wait for a server or a database of their own: two at a time keep two cores busy.
    maxWorkers: 2,
    testTimeout: TEST_TIMEOUT_MS,
    hookTimeout: TEST_TIMEOUT_MS,
  },
});
