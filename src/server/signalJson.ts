// Reads a signal given as JSON in a file by the very type of the API, so that both take the same and refuse the same.
import { coerceInputValue, type GraphQLError, isInputType } from "graphql";
import { schema } from "../../schema/index.ts";
import type { AccountSignalInput } from "../services/executeSignals.ts";

/** The signal that `json` means to the API (an ExecuteSignalInput), or what is wrong with its form. */
export function readSignalJson(json: Readonly<Record<string, unknown>>): AccountSignalInput | string {
  const type = schema.getType("ExecuteSignalInput");
  if (!isInputType(type)) throw new Error("the schema has no ExecuteSignalInput");
  const faults: string[] = [];
  const onError = (path: readonly (string | number)[], _value: unknown, error: GraphQLError): void => {
    faults.push([...(path.length > 0 ? [path.join(".")] : []), error.message].join(": "));
  };
  const input = coerceInputValue(json, type, onError) as AccountSignalInput;
  return faults.length === 0 ? input : faults.join("; ");
}
