// Checks the types of the components: vue-tsc with this package's own TypeScript, for it needs the compiler in JavaScript.
import { createRequire } from "node:module";
import { run } from "vue-tsc";

process.chdir(import.meta.dirname);
run(createRequire(import.meta.url).resolve("typescript/lib/tsc"));
