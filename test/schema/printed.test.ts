// The printed schema: in step with the code, complete by the contract, and described to the last element.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import {
  buildSchema,
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  printSchema,
} from "graphql";
import { describe, expect, it } from "vitest";
import { schema } from "../../schema/index.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const CONTRACT = path.resolve(ROOT, "../shared/design/api.graphql");
const hasContract = existsSync(CONTRACT);
if (!hasContract) console.warn("left out: the contract of the API is not beside the project");

interface Argument {
  readonly name: string;
  readonly type: unknown;
  readonly defaultValue?: unknown;
  readonly description?: string | null | undefined;
}

describe("the printed schema", () => {
  it("is what the code says (npm run schema prints it)", () => {
    const printed = readFileSync(path.join(ROOT, "schema/schema.graphql"), "utf8");
    expect(printed).toBe(`${printSchema(schema)}\n`);
  });

  it.skipIf(!hasContract)("holds everything that the contract asks for, to the letter", () => {
    const contract = buildSchema(readFileSync(CONTRACT, "utf8"));
    const asked = typesOf(contract).flatMap((type) => linesOf(type));
    const held = new Set(typesOf(schema).flatMap((type) => linesOf(type)));
    expect(asked.filter((line) => !held.has(line))).toEqual([]);
  });

  it.skipIf(!hasContract)("asks for nothing more in an argument or input of the contract than that does", () => {
    const contract = buildSchema(readFileSync(CONTRACT, "utf8"));
    const known = new Set(typesOf(contract).flatMap((type) => inputLinesOf(type)));
    const ofContract = new Set(typesOf(contract).flatMap((type) => takersOf(type)));
    const lines = typesOf(schema).flatMap((type) => inputLinesOf(type));
    const added = lines.filter((line) => ofContract.has(line.slice(0, line.indexOf("("))));
    expect(added.length).toBeGreaterThan(0);
    expect(added.filter((line) => !known.has(line))).toEqual([]);
  });

  it("describes every type, field, argument, input and enum value", () => {
    const undescribed = typesOf(schema).flatMap((type) =>
      elementsOf(type).flatMap(({ name, description }) => (description?.trim() ? [] : [name])),
    );
    expect(undescribed).toEqual([]);
  });
});

function typesOf(of: GraphQLSchema): GraphQLNamedType[] {
  return Object.values(of.getTypeMap()).filter(({ name }) => !name.startsWith("__"));
}

/** A line for each thing that a type promises. */
function linesOf(type: GraphQLNamedType): string[] {
  return [`${type.constructor.name} ${type.name}`, ...membersOf(type), ...inputLinesOf(type)];
}

function membersOf(type: GraphQLNamedType): string[] {
  if (isEnumType(type)) return type.getValues().map(({ name }) => `${type.name} = ${name}`);
  if (isUnionType(type)) return type.getTypes().map(({ name }) => `${type.name} = ${name}`);
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return [
    ...type.getInterfaces().map(({ name }) => `${type.name} implements ${name}`),
    ...fieldsOf(type).map((field) => `${type.name}.${field.name}: ${field.type}`),
  ];
}

/** What takes arguments or input fields: a type of inputs, or each field of another. */
function takersOf(type: GraphQLNamedType): string[] {
  if (isInputObjectType(type)) return [type.name];
  return isObjectType(type) || isInterfaceType(type) ? fieldsOf(type).map(({ name }) => `${type.name}.${name}`) : [];
}

/** A line for each argument and input field, with its default. */
function inputLinesOf(type: GraphQLNamedType): string[] {
  const line = (at: string, { name, type: of, defaultValue }: Argument): string =>
    `${at}(${name}: ${of} = ${JSON.stringify(defaultValue)})`;
  if (isInputObjectType(type)) return inputFieldsOf(type).map((field) => line(type.name, field));
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return fieldsOf(type).flatMap((field) => field.args.map((argument) => line(`${type.name}.${field.name}`, argument)));
}

interface Element {
  readonly name: string;
  readonly description?: string | null | undefined;
}

function elementsOf(type: GraphQLNamedType): Element[] {
  const within = (owner: string, elements: readonly Element[]): Element[] =>
    elements.map(({ name, description }) => ({ name: `${owner}.${name}`, description }));
  const own: Element[] = [type];
  if (isEnumType(type)) return [...own, ...within(type.name, valuesOf(type))];
  if (isInputObjectType(type)) return [...own, ...within(type.name, inputFieldsOf(type))];
  if (!isObjectType(type) && !isInterfaceType(type)) return own;
  const fields = fieldsOf(type);
  return [
    ...own,
    ...within(type.name, fields),
    ...fields.flatMap((field) => within(`${type.name}.${field.name}`, field.args)),
  ];
}

function valuesOf(type: GraphQLEnumType): readonly Element[] {
  return type.getValues();
}

function fieldsOf(type: { getFields(): Record<string, GraphQLField<unknown, unknown>> }) {
  return Object.values(type.getFields());
}

function inputFieldsOf(type: { getFields(): Record<string, GraphQLInputField> }): GraphQLInputField[] {
  return Object.values(type.getFields());
}
