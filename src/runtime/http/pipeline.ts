import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Endpoint } from "../../contract/endpoint.ts";
import { type Environment, envelopeHeaders } from "../../contract/envelope.ts";
import { mayUse, type Right } from "../../contract/rights.ts";
import { invariant } from "../../kernel/base/invariant.ts";
import { must, ok, refuse, RefusalError, type Result } from "../../kernel/base/result.ts";
import { type Actor, type Authenticate, anonymous, type Evidence } from "./actor.ts";
import { Answer, isResult } from "./answer.ts";
import { checkOrigin, readCookie } from "./browser-guard.ts";
import type { HttpCall, RouteOptions } from "./handler.ts";
import { bodyCheck, type SchemaCheck, textCheck } from "./schema-check.ts";

/** What one request gathers on its way; set before any hook of a route runs. */
export type CallState = {
  readonly traceId: string;
  readonly startedMs: number;
  actor: Actor;
  rawBody: Uint8Array;
};

declare module "fastify" {
  interface FastifyRequest {
    packtrail: CallState;
  }
}

export type Pipeline = {
  readonly environment: Environment;
  readonly cookieName: string;
  readonly allowedOrigins: readonly string[];
  readonly authenticate: Authenticate;
  /** Replies are checked against their schema: in tests and in the simulation. */
  readonly checkReplies: boolean;
  readonly jsonBodyMaxBytes: number;
  readonly rawBodyMaxBytes: number;
  readonly streamBodyMaxBytes: number;
};

export type AnyCall = HttpCall<Endpoint> & { readonly stream: AsyncIterable<Uint8Array> };
/** Returns `Replying`, now or later. */
export type AnyHandler = (call: AnyCall) => unknown;

export type Route = {
  readonly endpoint: Endpoint;
  readonly handler: AnyHandler;
  readonly streamed: boolean;
  readonly options: RouteOptions;
};

/** One endpoint in a scope of its own, because what bodies it takes is the scope's. */
export function addRoute(app: FastifyInstance, pipeline: Pipeline, route: Route): void {
  const { endpoint } = route;
  app.register(async (scope) => {
    addBodyParsers(scope, pipeline, route);
    const checks = checksOf(endpoint, pipeline.checkReplies);
    scope.route({
      method: endpoint.method,
      url: endpoint.path,
      bodyLimit: bodyLimit(pipeline, route),
      config: { problem: route.options.problem },
      onRequest: async (request) => {
        must(await authorise(pipeline, endpoint.right, request));
      },
      handler: async (request, reply) => {
        const call = readCall(checks, request, reply);
        const result = await route.handler(call);
        return send(reply, result, endpoint, checks.reply);
      },
    });
  });
}

function bodyLimit(pipeline: Pipeline, route: Route): number {
  if (route.options.bodyMaxBytes !== undefined) return route.options.bodyMaxBytes;
  if (route.endpoint.rawBody === undefined) return pipeline.jsonBodyMaxBytes;
  return route.streamed ? pipeline.streamBodyMaxBytes : pipeline.rawBodyMaxBytes;
}

// ---------------------------------------------------------------- bodies

function addBodyParsers(scope: FastifyInstance, pipeline: Pipeline, route: Route): void {
  scope.removeAllContentTypeParsers();
  if (route.streamed) {
    invariant(route.endpoint.rawBody, `${route.endpoint.path} streams, so it lists its media types`);
    scope.addContentTypeParser([...route.endpoint.rawBody], (_request, payload, done) => {
      done(null, limited(payload, bodyLimit(pipeline, route)));
    });
    return;
  }
  const types = route.endpoint.rawBody ?? ["application/json"];
  scope.addContentTypeParser<Buffer>([...types], { parseAs: "buffer" }, (request, bytes, done) => {
    request.packtrail.rawBody = bytes;
    if (route.endpoint.rawBody !== undefined || bytes.length === 0) return done(null, undefined);
    const parsed = parseJson(bytes);
    return parsed.ok ? done(null, parsed.value) : done(new RefusalError(parsed.refusal));
  });
}

async function* limited(payload: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of payload) {
    total += chunk.length;
    if (total > maxBytes) throw new RefusalError({ code: "http.too-large" });
    yield chunk;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

function parseJson(bytes: Uint8Array): Result<unknown> {
  try {
    const text = utf8.decode(bytes);
    // A property of that name becomes a prototype when somebody later copies it (CWE-1321).
    if (text.includes('"__proto__"')) return refuse("http.malformed", undefined, "__proto__ is not a property");
    return ok(JSON.parse(text) as unknown);
  } catch (error) {
    return refuse("http.malformed", undefined, error instanceof SyntaxError ? error.message : "not UTF-8");
  }
}

// ---------------------------------------------------------------- who may

/** What the request shows; a bearer token outranks a certificate, and both a cookie. */
export function evidenceOf(request: FastifyRequest, cookieName: string): Evidence {
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (bearer !== undefined) return { bearerToken: bearer };
  const certificate = peerCertificate(request);
  if (certificate !== undefined) return { certificateSha256: certificate };
  const session = readCookie(request.headers.cookie, cookieName);
  return session === undefined || session === "" ? {} : { sessionToken: session };
}

function peerCertificate(request: FastifyRequest): string | undefined {
  const socket = request.raw.socket as { authorized?: boolean; getPeerCertificate?: () => { fingerprint256?: string } };
  if (socket.authorized !== true || socket.getPeerCertificate === undefined) return undefined;
  return socket.getPeerCertificate().fingerprint256?.replaceAll(":", "").toLowerCase();
}

async function authorise(pipeline: Pipeline, right: Right, request: FastifyRequest): Promise<Result<Actor>> {
  const evidence = evidenceOf(request, pipeline.cookieName);
  const environment = request.headers[envelopeHeaders.environment];
  if (environment !== undefined && environment !== pipeline.environment) {
    return refuse("seam.environment", envelopeHeaders.environment, `this is ${pipeline.environment}`);
  }
  const origin = checkOrigin({
    method: request.method,
    origin: request.headers.origin,
    host: request.host,
    hasSession: evidence.sessionToken !== undefined,
    allowedOrigins: pipeline.allowedOrigins,
  });
  if (!origin.ok) return origin;
  if (right === "public") return ok(anonymous);
  const actor = await pipeline.authenticate(evidence);
  request.packtrail.actor = actor;
  return mayCall(actor, right);
}

/** Whether the actor may use an endpoint of this right. */
export function mayCall(actor: Actor, right: Right): Result<Actor> {
  if (mayUse(right, actor.roles)) {
    const held = actor.kind === "person" && actor.passwordChangeNeeded && right !== "session.own" && right !== "public";
    return held ? refuse("gxp.password-change-needed") : ok(actor);
  }
  return actor.kind === "anonymous" ? refuse("gxp.sign-in-needed") : refuse("gxp.not-allowed", right);
}

// ---------------------------------------------------------------- in and out

type Checks = {
  readonly params?: SchemaCheck;
  readonly query?: SchemaCheck;
  readonly body?: SchemaCheck;
  readonly reply?: SchemaCheck;
};

function checksOf(endpoint: Endpoint, checkReplies: boolean): Checks {
  return {
    ...(endpoint.params === undefined ? {} : { params: textCheck(endpoint.params, "params") }),
    ...(endpoint.query === undefined ? {} : { query: textCheck(endpoint.query, "query") }),
    ...(endpoint.body === undefined || endpoint.rawBody !== undefined ? {} : { body: bodyCheck(endpoint.body) }),
    ...(checkReplies ? { reply: bodyCheck(endpoint.reply) } : {}),
  };
}

function readCall(checks: Checks, request: FastifyRequest, reply: FastifyReply): AnyCall {
  const { actor, rawBody, traceId } = request.packtrail;
  const streamed = isStream(request.body);
  const left = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) left.abort();
  });
  return {
    params: checks.params ? must(checks.params(request.params)) : undefined,
    query: checks.query ? must(checks.query(request.query)) : undefined,
    body: checks.body ? must(checks.body(request.body)) : undefined,
    rawBody,
    mediaType: (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "",
    stream: streamed ? (request.body as AsyncIterable<Uint8Array>) : oneChunk(rawBody),
    url: request.url,
    headers: headersOf(request),
    actor,
    traceId,
    remoteAddress: request.ip,
    signal: left.signal,
  };
}

function isStream(body: unknown): boolean {
  return typeof body === "object" && body !== null && Symbol.asyncIterator in body;
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

export function headersOf(request: FastifyRequest): Readonly<Record<string, string | undefined>> {
  const entries = Object.entries(request.headers).map(
    ([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value] as const,
  );
  return Object.fromEntries(entries);
}

function send(reply: FastifyReply, result: unknown, endpoint: Endpoint, check: SchemaCheck | undefined): FastifyReply {
  const value = isResult(result) ? must(result) : result;
  const answered = value instanceof Answer ? value : new Answer(value, undefined, {});
  reply.status(answered.status ?? endpoint.status ?? 200).headers({ ...answered.headers });
  const { body } = answered;
  if (body instanceof Uint8Array) return reply.send(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
  if (isStream(body)) return reply.send(Readable.from(body as AsyncIterable<Uint8Array>));
  const checked = check?.(body);
  invariant(
    checked?.ok !== false,
    `${endpoint.method} ${endpoint.path} replies what its schema does not say, at ${checked?.ok === false ? checked.refusal.at : ""}`,
  );
  if (reply.getHeader("content-type") === undefined) reply.header("content-type", "application/json; charset=utf-8");
  return reply.send(JSON.stringify(body));
}
