// Typed documents for the tests: what they ask the API for is checked against the printed schema when they are compiled.
import type { CodegenConfig } from "@graphql-codegen/cli";

const config: CodegenConfig = {
  schema: "schema/schema.graphql",
  documents: ["test/**/*.ts", "examples/**/*.ts", "!test/generated/**"],
  ignoreNoDocuments: true,
  // The tests are ES modules, compiled with the extension that their files have.
  importExtension: ".ts",
  emitLegacyCommonJSImports: false,
  generates: {
    "test/generated/": {
      preset: "client",
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: "string",
        enumsAsTypes: true,
        useTypeImports: true,
        strictScalars: true,
        // What is answered is always there, if only as null; `__typename` only where it was asked for.
        avoidOptionals: { field: true, inputValue: false, object: false, defaultValue: false },
        skipTypename: true,
        scalars: { Decimal: "string", DateTime: "string", LogCursor: "string", JSON: "unknown", ID: "string" },
      },
    },
  },
};

export default config;
