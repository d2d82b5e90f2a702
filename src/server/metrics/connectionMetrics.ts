// Metrics of who is connected: sockets, streams, subscribers, and how far behind they and the logs are.
import { Counter, Gauge, type Registry } from "prom-client";
import type { LogLag } from "../../events/accountLogs.ts";
import type { OpenConnections } from "../watch.ts";
import { gauge } from "./deskMetrics.ts";

export interface ConnectionMetrics {
  /** Gauges show what these tell from now on. */
  watch(connections: OpenConnections): void;
  watchLogs(lag: () => LogLag): void;
}

export function createConnectionMetrics(registry: Registry): ConnectionMetrics {
  let connections: OpenConnections | undefined;
  let lag: (() => LogLag) | undefined;
  const show = (name: string, help: string, ask: () => number | undefined): void => gauge(registry, name, help, ask);
  show("papertape_websockets_open", "WebSockets that are open", () => connections?.webSockets());
  show("papertape_event_streams_open", "Event streams that are open", () => connections?.eventStreams());
  show("papertape_channels_open", "Texts of subscriptions that differ", () => connections?.subscriptions().channels);
  show(
    "papertape_log_readers_behind",
    "Subscribers of logs who have not taken everything",
    () => lag?.().readersBehind,
  );
  show("papertape_log_behind_events", "Events that the last of them has not taken", () => lag?.().eventsMax);
  show("papertape_log_blind_seconds", "How long the newest events of the logs could not be asked for", () => {
    const blindMs = lag?.().blindMs;
    return blindMs === undefined ? undefined : blindMs / 1000;
  });
  subscribers(registry, () => connections);
  return {
    watch: (given) => {
      connections = given;
    },
    watchLogs: (given) => {
      lag = given;
    },
  };
}

function subscribers(registry: Registry, connections: () => OpenConnections | undefined): void {
  const registers = [registry];
  const open = new Gauge({
    name: "papertape_subscribers",
    help: "Subscriptions that are followed, by their field",
    labelNames: ["field"],
    registers,
    collect: () => {
      open.reset();
      for (const [field, count] of Object.entries(connections()?.subscribers() ?? {})) {
        open.set({ field }, count);
      }
    },
  });
  const stalled = new Counter({
    name: "papertape_stalled_clients_total",
    help: "Clients who took nothing for too long and were closed",
    registers,
    collect: () => {
      stalled.reset();
      stalled.inc(connections()?.stalled() ?? 0);
    },
  });
  const delay = new Gauge({
    name: "papertape_delivery_delay_seconds",
    help: "How long a subscriber who is woken waits for his turn",
    registers,
    collect: async () => {
      const delayMs = await connections()?.deliveryDelayMs();
      if (delayMs === undefined) delay.remove();
      else delay.set(delayMs / 1000);
    },
  });
}
