// The process of `npm run key`: says what became of it, and ends with 2 where it could not be done.
import { StartError } from "../store/startError.ts";
import { runKeyCommand } from "./keyCommand.ts";

const EXIT_CANNOT_DO = 2;

await runKeyCommand(process.argv.slice(2), process.env, (line) => void process.stdout.write(`${line}\n`)).catch(
  (error: unknown) => {
    if (!(error instanceof StartError)) throw error;
    process.stderr.write(`papertape: ${error.message}\n`);
    process.exitCode = EXIT_CANNOT_DO;
  },
);
