import { type BodyOf, type Endpoint, endpointPath, type ParamsOf, type QueryOf, type ReplyOf } from "./endpoint.ts";
import { type Envelope, envelopeHeaders } from "./envelope.ts";
import { refusalEntry } from "./refusals.ts";

export type ClientRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly timeoutMs: number;
};

export type ClientReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
};

/** `machine.network.fetch`, or `webFetch(fetch)` in a browser. Throws when no answer came. */
export type ClientFetch = (request: ClientRequest) => Promise<ClientReply>;

export type ClientOptions = {
  /** Base URL without a slash at the end; empty for the page's own server. */
  readonly url: string;
  readonly fetch: ClientFetch;
  /** A machine's bearer token; read at each request, so that it can be replaced. */
  readonly token?: string | (() => string | undefined);
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  /** Keep the session cookie here and name our own origin: for a person's session outside a browser. */
  readonly keepSession?: boolean;
};

type Part<Name extends string, T> = [T] extends [undefined]
  ? { readonly [K in Name]?: undefined }
  : Partial<T> extends T
    ? { readonly [K in Name]?: T }
    : { readonly [K in Name]: T };

export type CallInput<E extends Endpoint> = Part<"params", ParamsOf<E>> &
  Part<"query", QueryOf<E>> &
  Part<"body", BodyOf<E>> & {
    readonly envelope?: Envelope;
    /** The document of an endpoint with `rawBody`. */
    readonly document?: { readonly mediaType: string; readonly bytes: string | Uint8Array };
    readonly headers?: Readonly<Record<string, string>>;
    readonly timeoutMs?: number;
  };

type Arguments<E extends Endpoint> =
  Partial<CallInput<E>> extends CallInput<E> ? [input?: CallInput<E>] : [input: CallInput<E>];

export type Client = {
  /** The endpoint's reply. Throws `ProblemError` for a refusal, and whatever `fetch` throws when no answer came. */
  call<E extends Endpoint>(endpoint: E, ...input: Arguments<E>): Promise<ReplyOf<E>>;
  /** The same without reading the reply: pictures, documents. */
  raw<E extends Endpoint>(endpoint: E, ...input: Arguments<E>): Promise<ClientReply>;
};

/** A refusal of the other side, RFC 9457. */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly at: string | undefined;
  readonly detail: string | undefined;
  readonly remedy: string | undefined;
  readonly traceId: string | undefined;
  constructor(problem: {
    status: number;
    code: string;
    title?: string;
    at?: string;
    detail?: string;
    remedy?: string;
    traceId?: string;
  }) {
    super([problem.title ?? problem.code, problem.detail].filter(Boolean).join(" "));
    this.name = "ProblemError";
    this.status = problem.status;
    this.code = problem.code;
    this.at = problem.at;
    this.detail = problem.detail;
    this.remedy = problem.remedy;
    this.traceId = problem.traceId;
  }
}

const timeoutDefaultMs = 30_000;

export function createClient(options: ClientOptions): Client {
  const cookies = new Map<string, string>();

  const raw = async (endpoint: Endpoint, input: LooseInput = {}): Promise<ClientReply> => {
    const own = options.keepSession === true ? sessionHeaders(options.url, cookies) : {};
    const reply = await options.fetch(request(options, endpoint, input, own));
    if (options.keepSession === true) keepCookie(cookies, reply.headers["set-cookie"]);
    if (reply.status >= 400) throw problemOf(reply);
    return reply;
  };
  return {
    raw: (endpoint, ...[input]) => raw(endpoint, input),
    call: async <E extends Endpoint>(endpoint: E, ...[input]: Arguments<E>) => {
      const reply = await raw(endpoint, input);
      const value = parseJson(reply.body);
      if (value === undefined) throw new ProblemError({ status: reply.status, code: "http.unexpected" });
      return value as ReplyOf<E>;
    },
  };
}

type LooseInput = {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
  readonly envelope?: Envelope;
  readonly document?: { readonly mediaType: string; readonly bytes: string | Uint8Array };
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
};

function request(
  options: ClientOptions,
  endpoint: Endpoint,
  input: LooseInput,
  own: Readonly<Record<string, string>>,
): ClientRequest {
  const token = typeof options.token === "function" ? options.token() : options.token;
  const body = input.document?.bytes ?? (input.body === undefined ? undefined : JSON.stringify(input.body));
  const mediaType = input.document?.mediaType ?? "application/json";
  return {
    method: endpoint.method,
    url:
      options.url +
      endpointPath(endpoint, input.params as Record<string, string>, input.query as Record<string, string>),
    headers: {
      accept: "application/json, application/problem+json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...own,
      ...options.headers,
      ...(input.envelope === undefined ? {} : printEnvelope(input.envelope)),
      ...(body === undefined ? {} : { "content-type": mediaType }),
      ...input.headers,
    },
    ...(body === undefined ? {} : { body }),
    timeoutMs: input.timeoutMs ?? options.timeoutMs ?? timeoutDefaultMs,
  };
}

/** The envelope as headers; the span's id is the random half of the message's. */
export function printEnvelope(envelope: Envelope): Record<string, string> {
  const span = envelope.messageId.replaceAll("-", "").slice(16);
  return {
    [envelopeHeaders.messageId]: envelope.messageId,
    [envelopeHeaders.owner]: envelope.owner,
    [envelopeHeaders.environment]: envelope.environment,
    [envelopeHeaders.traceparent]: `00-${envelope.traceId}-${span}-01`,
  };
}

/** What the other side refused; an answer that is no problem document becomes `http.unexpected`. */
export function problemOf(reply: ClientReply): ProblemError {
  const value = parseJson(reply.body);
  if (typeof value === "object" && value !== null && "code" in value && typeof value.code === "string") {
    return new ProblemError({ ...(value as { code: string }), status: reply.status });
  }
  const title = refusalEntry("http.unexpected")?.title;
  return new ProblemError({
    status: reply.status,
    code: "http.unexpected",
    detail: `HTTP ${reply.status}`,
    ...(title === undefined ? {} : { title }),
  });
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

function sessionHeaders(url: string, cookies: ReadonlyMap<string, string>): Record<string, string> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  return { origin: new URL(url).origin, ...(cookie === "" ? {} : { cookie }) };
}

function keepCookie(cookies: Map<string, string>, header: string | undefined): void {
  const match = header === undefined ? null : /^([^=;]+)=([^;]*)/.exec(header);
  if (!match) return;
  const [, name = "", value = ""] = match;
  if (value === "") cookies.delete(name);
  else cookies.set(name, value);
}

type GlobalFetch = (
  url: string,
  init: {
    method: string;
    headers: Record<string, string>;
    body?: string | Uint8Array<ArrayBuffer>;
    credentials: "same-origin";
    signal: AbortSignal;
  },
) => Promise<{
  readonly status: number;
  readonly headers: { forEach(visit: (value: string, name: string) => void): void };
  arrayBuffer(): Promise<ArrayBuffer>;
}>;

/** The browser's own `fetch` in the client's shape; the session cookie goes along. */
export function webFetch(fetch: GlobalFetch): ClientFetch {
  return async ({ method, url, headers, body, timeoutMs }) => {
    const reply = await fetch(url, {
      method,
      headers: { ...headers },
      ...(body === undefined ? {} : { body: body as string | Uint8Array<ArrayBuffer> }),
      credentials: "same-origin",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const all: Record<string, string> = {};
    reply.headers.forEach((value, name) => {
      all[name] = value;
    });
    return { status: reply.status, headers: all, body: new Uint8Array(await reply.arrayBuffer()) };
  };
}
