// Executes one operation again and again, as graphql-js would, without collecting its fields each time.
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  OperationTypeNode,
  visit,
} from "graphql";
import { CompiledOperation, type Variables } from "./compiledOperation.ts";
import { CompiledRun } from "./compiledRun.ts";

/** Executes one operation again and again, each time for another root value. */
export type Execution = (rootValue: unknown) => ExecutionResult | Promise<ExecutionResult>;
