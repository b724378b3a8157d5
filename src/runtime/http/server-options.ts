import type { Registry } from "prom-client";
import type { LevelName, Self } from "../../contract/common-api.ts";
import type { Endpoint } from "../../contract/endpoint.ts";
import type { Environment } from "../../contract/envelope.ts";
import type { Right } from "../../contract/rights.ts";
import type { Listener, Machine } from "../machine.ts";
import type { Actor, Authenticate } from "./actor.ts";
import type { ReadyCheck } from "./builtin.routes.ts";
import type { Changes } from "./changes.ts";
import type { SendEvent } from "./event-streams.ts";
import type { Handler, JoinedHandler, MessageHandler, RouteOptions, StreamHandler } from "./handler.ts";
import type { ApplyOnce } from "./message.ts";

export type ServerOptions<Tx> = {
  readonly level: LevelName;
  readonly instance: string;
  /** What people call it: `Line 1, Site Basel`. */
  readonly name: string;
  readonly version: string;
  readonly environment: Environment;
  /** The company of this level (GLN); absent where it serves many. */
  readonly owner?: string;
  readonly machine: Pick<Machine, "clock" | "random" | "log">;
  readonly authenticate: Authenticate;
  /** Needed as soon as one endpoint of kind `message` is registered. */
  readonly applyOnce?: ApplyOnce<Tx>;
  readonly ready?: Readonly<Record<string, ReadyCheck>>;
  readonly signIn?: Self["signIn"];
  /** Absolute folder of the built web; absent: none is served. */
  readonly webRoot?: string;
  /** PEM; `ca` asks clients for a certificate, which then may stand for a machine's credential. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly ca?: string };
  /** Behind a proxy that ends TLS: addresses whose X-Forwarded headers are believed. */
  readonly trustProxy?: string | readonly string[];
  /** Other origins whose pages may change things here: the web's development server. */
  readonly allowedOrigins?: readonly string[];
  /** Cookies are marked Secure; true by itself under TLS. */
  readonly secureCookies?: boolean;
  readonly metricsRight?: Right;
  readonly processMetrics?: boolean;
  readonly checkReplies?: boolean;
  /** Told of every error that is a bug, after its 500: a level that must stop honestly stops here. */
  readonly onBug?: (error: unknown) => void;
};

/** Starts what feeds one live page; what it returns is run when the page goes away. */
export type Subscribe = (
  call: {
    readonly actor: Actor;
    readonly query: Readonly<Record<string, unknown>>;
    readonly params: Readonly<Record<string, string>>;
    readonly lastEventId?: string;
  },
  send: SendEvent,
) => (() => void) | Promise<() => void>;

export type HttpServer<Tx = never> = Listener & {
  /** Serves an endpoint that is no message; its handler gets a checked call and returns the reply or a refusal. */
  route<E extends Endpoint>(endpoint: E, handler: Handler<E>, options?: RouteOptions): void;
  /** Serves an endpoint of kind `message`: the handler's effect and the inbox row are one transaction. */
  message<E extends Endpoint>(endpoint: E, handler: MessageHandler<E, Tx>, options?: RouteOptions): void;
  /** The same where messages share transactions (`applyTogether`): the handler answers what the inbox has recorded. */
  joined<E extends Endpoint>(endpoint: E, handler: JoinedHandler<E>, options?: RouteOptions): void;
  /** Serves an endpoint whose document (`rawBody`) is too large to hold. */
  stream<E extends Endpoint>(endpoint: E, handler: StreamHandler<E>, options?: RouteOptions): void;
  /** A live page's feed, text/event-stream. */
  events(path: string, right: Right, subscribe: Subscribe, summary?: string): void;
  /** Told by every request that changed something; levels tell it what changes by itself. */
  readonly changes: Changes;
  /** Everything registered, for OpenAPI and for the test that asks each endpoint without its right. */
  endpoints(): readonly Endpoint[];
  readonly registry: Registry;
  readonly cookie: { readonly name: string; readonly secure: boolean };
};
