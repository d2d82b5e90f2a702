// How the dashboard is built: one page, its script in pieces that are loaded when they are needed, no inline code.
import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";
import { settingTexts } from "./schemaTexts.ts";
import { thirdParty } from "./thirdParty.ts";

/** Where the server listens while one works on the dashboard with `npm run dev`. */
const SERVER = process.env["PAPERTAPE_URL"] ?? "http://127.0.0.1:4000";

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  plugins: [vue(), settingTexts(), thirdParty()],
  // Vue's and the router's switches: what is false is left out of the build.
  define: { __VUE_PROD_DEVTOOLS__: false },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    // Everything is a file: the page's security policy has no `data:` scripts and no inline ones.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    proxy: {
      "/graphql": { target: SERVER, ws: true },
      "/export": { target: SERVER },
      "/import": { target: SERVER },
      "/health": { target: SERVER },
    },
  },
});
