import { collectDefaultMetrics, Histogram, Registry } from "prom-client";

/** Seconds; from a cached read to an import of a large document. */
const durationBuckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export type HttpMetrics = {
  /** The level adds its own counters and gauges here; `/metrics` shows all of it. */
  readonly registry: Registry;
  observe(method: string, route: string, status: number, durationMs: number): void;
};

/** `processMetrics` adds memory, CPU and event-loop figures of this process; off in the simulation. */
export function createHttpMetrics(labels: Readonly<Record<string, string>>, processMetrics: boolean): HttpMetrics {
  const registry = new Registry();
  registry.setDefaultLabels({ ...labels });
  if (processMetrics) collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: "packtrail_http_request_duration_seconds",
    help: "Time from a request's first byte to its answer's last, by route",
    labelNames: ["method", "route", "status"],
    buckets: durationBuckets,
    registers: [registry],
  });
  return {
    registry,
    observe: (method, route, status, durationMs) => {
      durations.observe({ method, route, status: String(status) }, durationMs / 1000);
    },
  };
}
