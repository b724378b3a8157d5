import fastify, { type FastifyInstance } from "fastify";
import { Type } from "typebox";
import { changesPath, type Self } from "../../contract/common-api.ts";
import { type Endpoint, endpointPath } from "../../contract/endpoint.ts";
import { invariant } from "../../kernel/base/invariant.ts";
import { must } from "../../kernel/base/result.ts";
import type { HttpReply, HttpRequest } from "../machine.ts";
import { actorName, anonymous } from "./actor.ts";
import { Answer, isResult } from "./answer.ts";
import { securityHeaders, sessionCookieName, strictTransport } from "./browser-guard.ts";
import { registerBuiltins } from "./builtin.routes.ts";
import { type Changes, createChanges } from "./changes.ts";
import { addErrorReplies } from "./error-replies.ts";
import { addEvents } from "./event-routes.ts";
import { createEventStreams } from "./event-streams.ts";
import type { RouteOptions } from "./handler.ts";
import { createHttpMetrics, type HttpMetrics } from "./http-metrics.ts";
import { checkScope, type Incoming, type MessageAnswer, readEnvelope, traceIdOf } from "./message.ts";
import { addRoute, type AnyCall, type AnyHandler, headersOf, type Pipeline } from "./pipeline.ts";
import type { HttpServer, ServerOptions, Subscribe } from "./server-options.ts";
import { serveWebFiles } from "./web-files.ts";

/** Largest JSON body; the largest is a run order with its numbers, some 30 bytes each. */
export const jsonBodyMaxBytes = 32 * 1024 * 1024;
/** Largest document that a handler gets in one piece. */
export const rawBodyMaxBytes = 64 * 1024 * 1024;
/** Largest document that is read as it comes. */
export const streamBodyMaxBytes = 2 * 1024 * 1024 * 1024;
/** A request that has not arrived whole by then is cut. */
const requestTimeoutMs = 300_000;
/** At a stop, what is under way may take this long; then its connections are cut. */
const closeTimeoutMs = 10_000;
const paramLengthMax = 500;

/**
 * One level's web interface. Nothing is reachable until `listen` (or `inject`), and a route without an endpoint,
 * so without a right, cannot be made.
 */
export function createServer<Tx = never>(options: ServerOptions<Tx>): HttpServer<Tx> {
  const secure = options.secureCookies ?? options.tls !== undefined;
  const cookie = { name: sessionCookieName(options.instance), secure };
  const metrics = createHttpMetrics(
    { level: options.level, instance: options.instance },
    options.processMetrics ?? false,
  );
  const self = selfOf(options);
  const streams = createEventStreams(options.machine.clock);
  const changes = createChanges(options.machine.clock);
  const endpoints: Endpoint[] = [];
  let closing = false;

  const app = createApp(options);
  const pipeline: Pipeline = {
    environment: options.environment,
    cookieName: cookie.name,
    allowedOrigins: options.allowedOrigins ?? [],
    authenticate: options.authenticate,
    checkReplies: options.checkReplies ?? false,
    jsonBodyMaxBytes,
    rawBodyMaxBytes,
    streamBodyMaxBytes,
  };
  const underway = createUnderway();
  addHooks(app, options, { metrics, underway, secure, changes });
  addErrorReplies(app, options, endpoints);
  if (options.webRoot !== undefined) serveWebFiles(app, options.webRoot);

  const add = (endpoint: Endpoint, handler: AnyHandler, streamed: boolean, routeOptions: RouteOptions = {}) => {
    const same = endpoints.find((other) => other.method === endpoint.method && other.path === endpoint.path);
    invariant(same === undefined, `${endpoint.method} ${endpoint.path} is registered twice`);
    endpoints.push(endpoint);
    addRoute(app, pipeline, { endpoint, handler, streamed, options: routeOptions });
  };

  registerBuiltins((endpoint, handler) => add(endpoint, handler, false), {
    self,
    metricsRight: options.metricsRight ?? "status.read",
    registry: metrics.registry,
    cookieName: cookie.name,
    checks: options.ready ?? {},
    closing: () => closing,
    endpoints: () => endpoints,
  });

  const events: HttpServer<Tx>["events"] = (path, right, subscribe, summary) => {
    const endpoint: Endpoint = { method: "GET", path, right, summary: summary ?? "Live events", reply: Type.Unknown() };
    endpoints.push(endpoint);
    addEvents({ app, options, pipeline, streams }, endpoint, subscribe);
  };
  const subscribed: Subscribe = ({ lastEventId }, send) => changes.subscribe(lastEventId, send);
  events(changesPath, "status.read", subscribed, "That something of this level changed");

  return {
    cookie,
    changes,
    registry: metrics.registry,
    endpoints: () => endpoints,
    route: (endpoint, handler, routeOptions) => {
      invariant(endpoint.kind !== "message", `${endpoint.path} is a message: register it with message()`);
      add(endpoint, handler, false, routeOptions);
    },
    message: (endpoint, handler, routeOptions) => {
      invariant(endpoint.kind === "message", `${endpoint.path} is no message: register it with route()`);
      add(
        endpoint,
        messageHandler(options, endpoint, handler as unknown as LooseMessageHandler<Tx>),
        false,
        routeOptions,
      );
    },
    joined: (endpoint, handler, routeOptions) => {
      invariant(endpoint.kind === "message", `${endpoint.path} is no message: register it with route()`);
      add(endpoint, joinedHandler(options, endpoint, handler as unknown as LooseJoinedHandler), false, routeOptions);
    },
    stream: (endpoint, handler, routeOptions) => add(endpoint, handler as AnyHandler, true, routeOptions),
    events,
    listen: (address) => app.listen(address),
    inject: (request) => inject(app, request),
    close: async () => {
      closing = true;
      streams.closeAll();
      const cut = options.machine.clock.after(closeTimeoutMs, () => app.server.closeAllConnections());
      const closed = app.close();
      // A connection that a browser opened ahead and never used is not idle to Node and would keep us waiting.
      await Promise.race([underway.none(), closed]);
      app.server.closeAllConnections();
      await closed;
      cut.cancel();
    },
  };
}

function createApp<Tx>(options: ServerOptions<Tx>): FastifyInstance {
  const common = {
    logger: false,
    bodyLimit: jsonBodyMaxBytes,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: paramLengthMax },
    ...(options.trustProxy === undefined
      ? {}
      : { trustProxy: typeof options.trustProxy === "string" ? options.trustProxy : [...options.trustProxy] }),
  } as const;
  if (options.tls === undefined) return fastify(common);
  const { ca, ...pair } = options.tls;
  // A person's browser has no certificate: it is asked for, never demanded.
  const https = {
    ...pair,
    minVersion: "TLSv1.2" as const,
    ...(ca === undefined ? {} : { ca, requestCert: true, rejectUnauthorized: false }),
  };
  return fastify({ ...common, https }) as never;
}

function selfOf<Tx>(options: ServerOptions<Tx>): Self {
  const { level, instance, name, environment, version, owner } = options;
  return {
    level,
    instance,
    name,
    environment,
    version,
    owner: owner ?? null,
    signIn: options.signIn ?? { password: true, badge: false, provider: null },
  };
}

// ---------------------------------------------------------------- around every request

type Around = {
  readonly metrics: HttpMetrics;
  readonly underway: Underway;
  readonly secure: boolean;
  readonly changes: Changes;
};

function addHooks<Tx>(
  app: FastifyInstance,
  { machine }: ServerOptions<Tx>,
  { metrics, underway, secure, changes }: Around,
): void {
  app.decorateRequest("packtrail");
  app.addHook("onRequest", async (request, reply) => {
    underway.begin();
    reply.raw.once("close", () => underway.end());
    const traceId = traceIdOf(headersOf(request)["traceparent"], () => machine.random.uuid7());
    request.packtrail = {
      traceId,
      startedMs: machine.clock.monotonicMs(),
      actor: anonymous,
      rawBody: new Uint8Array(),
    };
    reply.headers({ ...securityHeaders, "packtrail-trace": traceId });
    if (secure) reply.header("strict-transport-security", strictTransport);
    if (request.url.startsWith("/v1/")) reply.header("cache-control", "no-store");
  });
  app.addHook("onResponse", async (request, reply) => {
    const { traceId, startedMs, actor } = request.packtrail;
    const route = request.routeOptions.url ?? "unknown";
    const durationMs = machine.clock.monotonicMs() - startedMs;
    if (request.method !== "GET" && request.method !== "HEAD" && reply.statusCode < 400) changes.tell();
    metrics.observe(request.method, route, reply.statusCode, durationMs);
    const fields = {
      method: request.method,
      path: request.url.split("?")[0],
      status: reply.statusCode,
      durationMs: Math.round(durationMs * 10) / 10,
      traceId,
      actor: actorName(actor),
    };
    if (reply.statusCode >= 500) machine.log.error("request failed", fields);
    else if (quietRoutes.includes(route)) machine.log.debug("request", fields);
    else machine.log.info("request", fields);
  });
}

type Underway = { begin(): void; end(): void; none(): Promise<void> };

/** Requests that have come and are not yet answered. */
function createUnderway(): Underway {
  let count = 0;
  const waiting: (() => void)[] = [];
  return {
    begin: () => {
      count++;
    },
    end: () => {
      count--;
      if (count === 0) for (const resolve of waiting.splice(0)) resolve();
    },
    none: () => (count === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}

const quietRoutes: readonly string[] = ["/health", "/ready", "/metrics"];

// ---------------------------------------------------------------- messages, injection

type LooseMessageHandler<Tx> = (call: AnyCall & { readonly sql: Tx }) => Promise<unknown>;

function messageHandler<Tx>(
  options: ServerOptions<Tx>,
  endpoint: Endpoint,
  handler: LooseMessageHandler<Tx>,
): AnyHandler {
  const { applyOnce } = options;
  invariant(applyOnce, `${endpoint.path} is a message: the server needs applyOnce`);
  return async (call) => {
    const incoming = incomingOf(options, endpoint, call);
    const { envelope } = incoming;
    const recorded = await applyOnce(incoming, async (sql): Promise<MessageAnswer> => {
      const result = await handler({ ...call, envelope, sql } as AnyCall & { readonly sql: Tx });
      return { status: endpoint.status ?? 200, body: isResult(result) ? must(result) : result };
    });
    return new Answer(recorded.body, recorded.status, {});
  };
}

type LooseJoinedHandler = (call: AnyCall & { readonly incoming: Incoming }) => Promise<MessageAnswer>;

function joinedHandler<Tx>(options: ServerOptions<Tx>, endpoint: Endpoint, handler: LooseJoinedHandler): AnyHandler {
  return async (call) => {
    const { status, body } = await handler({ ...call, incoming: incomingOf(options, endpoint, call) });
    return new Answer(body, status, {});
  };
}

/** The message that a request is; refused when it is of another environment or owner. */
function incomingOf<Tx>({ environment, owner }: ServerOptions<Tx>, endpoint: Endpoint, call: AnyCall): Incoming {
  const envelope = must(checkScope(must(readEnvelope(call.headers, call.traceId)), call.actor, { environment, owner }));
  return {
    envelope,
    sender: actorName(call.actor),
    endpoint: `${endpoint.method} ${endpoint.path}`,
    path: endpointPath(
      endpoint,
      (call.params ?? {}) as Record<string, string>,
      (call.query ?? {}) as Record<string, string>,
    ),
    body: call.rawBody,
  };
}

/** A request without a socket, in the shape of `machine.network`; the URL's host is only a header. */
async function inject(app: FastifyInstance, request: HttpRequest): Promise<HttpReply> {
  const url = new URL(request.url, "http://localhost");
  const reply = await app.inject({
    method: request.method as "GET",
    url: url.pathname + url.search,
    headers: { host: url.host, ...request.headers },
    ...(request.body === undefined
      ? {}
      : { payload: typeof request.body === "string" ? request.body : Buffer.from(request.body) }),
  });
  const headers = Object.entries(reply.headers).map(
    ([name, value]) => [name, Array.isArray(value) ? value.join(", ") : String(value)] as const,
  );
  return { status: reply.statusCode, headers: Object.fromEntries(headers), body: new Uint8Array(reply.rawPayload) };
}
