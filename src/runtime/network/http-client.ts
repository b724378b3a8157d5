import http from "node:http";
import https from "node:https";
import { rootCertificates } from "node:tls";
import { Fault } from "../fault.ts";
import type { ClientTls } from "../level-tls.ts";
import type { HttpReply, HttpRequest } from "../machine.ts";

/** A reply past this is cut off: no seam of ours answers with more. */
const replyBytesMax = 256 * 1024 * 1024;
/** Connections kept open to one host; beyond it requests queue inside the agent. */
const socketsPerHostMax = 64;
const socketIdleMs = 30_000;

export type HttpClient = {
  /** One request, no redirects followed; any status is a reply. Throws `Fault`, see `classify`. */
  fetch(request: HttpRequest): Promise<HttpReply>;
  close(): void;
};

/**
 * HTTP/1.1 over node:http rather than the global fetch: only here can it be told whether the request had left
 * before things went wrong, and that decides between a transient and an ambiguous fault.
 */
export function createHttpClient(tls: ClientTls = {}): HttpClient {
  const options = {
    keepAlive: true,
    maxSockets: socketsPerHostMax,
    timeout: socketIdleMs,
    scheduling: "lifo",
  } as const;
  const plain = new http.Agent(options);
  const { ca, ...identity } = tls;
  // Ours beside the well-known ones: an identity provider is called through here, too.
  const secure = new https.Agent({
    ...options,
    ...identity,
    ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
  });
  return {
    fetch: (request) => exchange(request, plain, secure),
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

function exchange(request: HttpRequest, plain: http.Agent, secure: https.Agent): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    const url = parseUrl(request.url);
    const tls = url.protocol === "https:";
    const call = open(request, url, tls ? secure : plain);
    let sent = false;
    const timer = setTimeout(() => call.destroy(new Timeout(request.timeoutMs)), request.timeoutMs);
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(classify(error, sent, request.method, url));
    };
    call.on("socket", (socket) => {
      // A kept-alive socket is connected already; a new one can carry nothing before this event.
      if (!socket.connecting) sent = true;
      else
        socket.once(tls ? "secureConnect" : "connect", () => {
          sent = true;
        });
    });
    call.on("error", fail);
    const take = async (response: http.IncomingMessage): Promise<void> => {
      const body = await collect(response);
      clearTimeout(timer);
      resolve({ status: response.statusCode ?? 0, headers: flatten(response.headers), body });
    };
    call.on("response", (response) => {
      take(response).catch((error: Error) => {
        call.destroy();
        fail(error);
      });
    });
    call.end(request.body);
  });
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new Fault("permanent", "network.url", `not a URL of HTTP: ${text}`);
}

function open(request: HttpRequest, url: URL, agent: http.Agent): http.ClientRequest {
  const length = request.body === undefined ? {} : { "content-length": String(Buffer.byteLength(request.body)) };
  try {
    const options = { method: request.method, headers: { ...request.headers, ...length }, agent };
    return (url.protocol === "https:" ? https : http).request(url, options);
  } catch (error) {
    throw new Fault(
      "permanent",
      "network.request",
      `${request.method} ${url.origin}${url.pathname}: ${(error as Error).message}`,
      error,
    );
  }
}

class Timeout extends Error {
  readonly code = "TIMEOUT";
  constructor(timeoutMs: number) {
    super(`no answer within ${timeoutMs} ms`);
  }
}

/**
 * Nothing had left (refused, no such host, no route, TLS not agreed, too slow to connect): transient. Once the
 * request may have arrived (reset, timeout, cut reply), only the receiver knows whether it acted: ambiguous.
 */
function classify(error: Error, sent: boolean, method: string, url: URL): Fault {
  const code = (error as NodeJS.ErrnoException).code ?? error.name;
  // The query may hold what belongs in no log.
  const what = `${method} ${url.origin}${url.pathname}: ${error.message || code}`;
  if (sent) return new Fault("ambiguous", code === "TIMEOUT" ? "network.timeout" : "network.broken", what, error);
  return new Fault("transient", code === "TIMEOUT" ? "network.connect-timeout" : "network.unreachable", what, error);
}

async function collect(response: http.IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > replyBytesMax) throw new Error(`the reply is longer than ${replyBytesMax} bytes`);
    chunks.push(chunk);
  }
  if (!response.complete) throw new Error("the reply was cut off");
  return Buffer.concat(chunks, bytes);
}

function flatten(headers: http.IncomingHttpHeaders): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return flat;
}
