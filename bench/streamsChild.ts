// Processes of a bench: a parent asks, a child answers, one question after another.
import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

export interface Child<Question, Answer> {
  readonly pid: number;
  /** Throws when the child has ended. */
  ask(question: Question): Promise<Answer>;
  close(): Promise<void>;
}

/** Starts a file of this folder as a process. */
export function startChild<Question extends object, Answer>(
  file: string,
  execArgv: readonly string[] = [],
): Child<Question, Answer> {
  const child = fork(path.join(import.meta.dirname, file), { execArgv: ["--import", "tsx", ...execArgv] });
  const ended = once(child, "exit");
  const failed = ended.then(() => {
    throw new Error(`${file} has ended`);
  });
  failed.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    ask: async (question) => {
      const answered = once(child, "message");
      child.send(question);
      const [answer] = await Promise.race([answered, failed]);
      return answer as Answer;
    },
    close: async () => {
      child.kill();
      await ended;
    },
  };
}

/** Answers what the parent asks. A question that fails ends the process, and so it does when the parent has ended. */
export function answerParent<Question, Answer>(answer: (question: Question) => Promise<Answer>): void {
  process.on("message", async (question) => process.send?.(await answer(question as Question)));
  process.once("disconnect", () => process.exit());
}

/** The time by a clock that all processes of a machine share, in ms. */
export function clockMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
