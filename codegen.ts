// Typed documents for the tests and for the client: what they ask the API for is checked against the printed schema.
import type { CodegenConfig } from "@graphql-codegen/cli";

const CONFIG = {
  documentMode: "string",
  enumsAsTypes: true,
  useTypeImports: true,
  strictScalars: true,
  // What is answered is always there, if only as null; `__typename` only where it was asked for.
  avoidOptionals: { field: true, inputValue: false, object: false, defaultValue: false },
  skipTypename: true,
};

/** The client's documents are types of its own, so that who installs it needs no package for them. */
const ownDocumentType = (_path: string, content: string): string =>
  content
    .replace("'@graphql-typed-document-node/core'", '"../typedDocument.ts"')
    // Only what is marked can be left out of a bundle, and the preset has no other place for the mark.
    .replaceAll(/= new TypedDocumentString\(/g, "= /*#__PURE__*/ new TypedDocumentString(");

const config: CodegenConfig = {
  schema: "schema/schema.graphql",
  ignoreNoDocuments: true,
  // Both are ES modules, compiled with the extension that their files have.
  importExtension: ".ts",
  emitLegacyCommonJSImports: false,
  generates: {
    "test/generated/": {
      documents: ["test/**/*.ts", "!test/generated/**"],
      preset: "client",
      presetConfig: { fragmentMasking: false },
      config: {
        ...CONFIG,
        scalars: { Decimal: "string", DateTime: "string", LogCursor: "string", JSON: "unknown", ID: "string" },
      },
    },
    "web/client/src/generated/": {
      documents: ["web/client/src/documents/*.graphql"],
      preset: "client",
      presetConfig: { fragmentMasking: false },
      hooks: { beforeOneFileWrite: [ownDocumentType] },
      config: {
        ...CONFIG,
        scalars: {
          Decimal: "../scalars.ts#Decimal",
          DateTime: "../scalars.ts#DateTime",
          LogCursor: "../scalars.ts#LogCursor",
          JSON: "unknown",
          ID: "string",
        },
      },
    },
  },
};

export default config;
