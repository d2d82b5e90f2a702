// A child process that serves a desk with the environment of its message, from the sources; it tells its address.
import { pino } from "pino";
import { readConfig } from "../../src/server/config.ts";
import { serve } from "../../src/server/serve.ts";

process.on("message", async (env: Record<string, string>) => {
  const server = await serve(readConfig(env, []), pino({ level: "silent" }), () => undefined);
  process.send?.({ url: server.url });
});
process.send?.("ready");
