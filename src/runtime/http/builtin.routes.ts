import { Type } from "typebox";
import type { Registry } from "prom-client";
import { commonApi, type Self } from "../../contract/common-api.ts";
import { type Endpoint, endpoint } from "../../contract/endpoint.ts";
import type { Right } from "../../contract/rights.ts";
import { answer, answerBytes } from "./answer.ts";
import { openApiDocument } from "./openapi.ts";

/** A check of readiness: null when ready, else in words what is missing. */
export type ReadyCheck = () => Promise<string | null>;

const Readiness = Type.Object({
  ready: Type.Boolean(),
  checks: Type.Array(Type.Object({ check: Type.String(), problem: Type.Union([Type.String(), Type.Null()]) })),
});

const builtin = {
  health: endpoint({
    method: "GET",
    path: "/health",
    right: "public",
    summary: "Whether the process answers",
    reply: Type.Object({ alive: Type.Literal(true) }),
  }),
  ready: endpoint({
    method: "GET",
    path: "/ready",
    right: "public",
    summary: "Whether it can do its work; 503 when not",
    reply: Readiness,
  }),
  openApi: endpoint({
    method: "GET",
    path: "/openapi.json",
    right: "public",
    summary: "This description",
    reply: Type.Unknown(),
  }),
};

/** Figures say how much a company makes: seen only with a right, unless told otherwise. */
function metricsEndpoint(right: Right): Endpoint {
  return endpoint({
    method: "GET",
    path: "/metrics",
    right,
    summary: "Figures in Prometheus' text format",
    reply: Type.Unknown(),
  });
}

export type Builtins = {
  readonly self: Self;
  readonly metricsRight: Right;
  readonly registry: Registry;
  readonly cookieName: string;
  readonly checks: Readonly<Record<string, ReadyCheck>>;
  readonly closing: () => boolean;
  readonly endpoints: () => readonly Endpoint[];
};

type Register = (endpoint: Endpoint, handler: () => unknown) => void;

/** What every server answers by itself. */
export function registerBuiltins(register: Register, of: Builtins): void {
  register(builtin.health, () => ({ alive: true }));
  register(builtin.ready, async () => {
    const readiness = await readinessOf(of.checks, of.closing());
    return answer(readiness, { status: readiness.ready ? 200 : 503, headers: { "cache-control": "no-store" } });
  });
  register(metricsEndpoint(of.metricsRight), async () =>
    answerBytes(new TextEncoder().encode(await of.registry.metrics()), of.registry.contentType),
  );
  register(builtin.openApi, () =>
    openApiDocument(of.endpoints(), {
      title: `Packtrail ${of.self.level}`,
      version: of.self.version,
      cookieName: of.cookieName,
    }),
  );
  register(commonApi.self, () => of.self);
}

/** Every check by name; one that throws is not ready, and its words are what it threw. */
export async function readinessOf(checks: Readonly<Record<string, ReadyCheck>>, closing: boolean) {
  const results = await Promise.all(
    Object.entries(checks).map(async ([check, run]) => ({
      check,
      problem: await run().catch((error: unknown) => String(error)),
    })),
  );
  if (closing) results.push({ check: "running", problem: "stopping" });
  return { ready: results.every(({ problem }) => problem === null), checks: results };
}
