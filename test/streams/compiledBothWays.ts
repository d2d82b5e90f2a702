// Executes the same both ways, compiled and by graphql-js, and expects the same of both to the byte.
import { type ExecutionResult, execute, type GraphQLError } from "graphql";
import { expect } from "vitest";
import { createExecutions, type ExecutionRequest } from "../../src/server/streams/compiledExecution.ts";

export interface BothWays {
  /** What both answered. */
  readonly result: ExecutionResult;
  /** Whether compiled execution did it all by itself. */
  readonly isCompiled: boolean;
  /** Whether both answered at once, without a promise. */
  readonly isSynchronous: boolean;
}

/** Comparisons that share what is compiled. */
export function createBothWays() {
  let referredTo = 0;
  const executions = createExecutions((args) => {
    referredTo += 1;
    return execute(args);
  });
  /** Executes for each root value, one after another, prepared once. */
  return async (request: ExecutionRequest, ...rootValues: readonly unknown[]): Promise<BothWays[]> => {
    const compiled = executions.prepare(request);
    const answers: BothWays[] = [];
    for (const rootValue of rootValues) {
      const before = referredTo;
      const answered = compiled(rootValue);
      const expected = execute({ ...request, rootValue });
      const isSynchronous = !(answered instanceof Promise);
      expect(isSynchronous).toBe(!(expected instanceof Promise));
      const result = await answered;
      expectSame(result, await expected);
      answers.push({ result, isCompiled: referredTo === before, isSynchronous });
    }
    return answers;
  };
}

function expectSame(result: ExecutionResult, expected: ExecutionResult): void {
  expect(JSON.stringify(result)).toBe(JSON.stringify(expected));
  expect(structuredClone(result.data)).toStrictEqual(structuredClone(expected.data));
  expect(result.errors?.map(everythingOf)).toStrictEqual(expected.errors?.map(everythingOf));
}

function everythingOf({ message, path, locations, nodes, originalError, extensions }: GraphQLError) {
  return { message, path, locations, nodes, originalError, extensions };
}
