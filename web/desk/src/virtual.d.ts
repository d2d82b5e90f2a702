// Modules that the build makes.
declare module "virtual:settings" {
  export const SETTINGS: readonly import("../schemaTexts.ts").SettingText[];
  export const STRATEGY: readonly import("../schemaTexts.ts").SettingText[];
}
