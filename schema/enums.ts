// Making enums whose values the store keeps as text.
import type { EnumRef } from "@pothos/core";
import { builder, type SchemaTypes } from "./builder.ts";

type Types = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>;

/** An enum of a description for each value. It shows stored text (the store's checks keep it to these values). */
export function textEnum<const Value extends string>(
  name: string,
  description: string,
  descriptions: Readonly<Record<Value, string>>,
): EnumRef<Types, string, Value> {
  const values = Object.fromEntries(
    Object.entries<string>(descriptions).map(([value, described]) => [value, { description: described }]),
  );
  return builder.enumType(name, { description, values }) as EnumRef<Types, string, Value>;
}
