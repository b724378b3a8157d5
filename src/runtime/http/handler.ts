import type { BodyOf, Endpoint, ParamsOf, QueryOf, ReplyOf } from "../../contract/endpoint.ts";
import type { Envelope } from "../../contract/envelope.ts";
import type { Result } from "../../kernel/base/result.ts";
import type { Actor } from "./actor.ts";
import type { Replying } from "./answer.ts";
import type { Incoming, MessageAnswer } from "./message.ts";
import type { Problem } from "./problem.ts";

/** One checked request: the schemas of the endpoint hold, the actor holds its right. */
export type HttpCall<E extends Endpoint> = {
  readonly params: ParamsOf<E>;
  readonly query: QueryOf<E>;
  readonly body: BodyOf<E>;
  /** The body as it came; empty without one. With `rawBody` media types this is the document. */
  readonly rawBody: Uint8Array;
  /** `application/ld+json`, without its parameters; empty without a body. */
  readonly mediaType: string;
  /** Path and query as they came. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly actor: Actor;
  readonly traceId: string;
  readonly remoteAddress: string;
  /** Aborts when the caller went away before its answer. */
  readonly signal: AbortSignal;
};

export type MessageCall<E extends Endpoint, Tx> = HttpCall<E> & {
  readonly envelope: Envelope;
  /** The transaction in which the inbox row is written: the message's effect belongs in it. */
  readonly sql: Tx;
};

/** A large document, read as it comes; `rawBody` is empty. Reading past `streamBodyMaxBytes` throws `http.too-large`. */
export type StreamCall<E extends Endpoint> = HttpCall<E> & { readonly stream: AsyncIterable<Uint8Array> };

export type Handler<E extends Endpoint> = (call: HttpCall<E>) => Promise<Replying<ReplyOf<E>>> | Replying<ReplyOf<E>>;

/** A refusal (returned or thrown) rolls the transaction back and leaves no inbox row. */
export type MessageHandler<E extends Endpoint, Tx> = (
  call: MessageCall<E, Tx>,
) => Promise<ReplyOf<E> | Result<ReplyOf<E>>>;

/** Refusals are thrown, and leave no inbox row. */
export type JoinedHandler<E extends Endpoint> = (
  call: HttpCall<E> & { readonly incoming: Incoming },
) => Promise<MessageAnswer & { readonly body: ReplyOf<E> }>;

export type StreamHandler<E extends Endpoint> = (call: StreamCall<E>) => Promise<Replying<ReplyOf<E>>>;

export type RouteOptions = {
  /** Largest body in bytes, when this route differs from the server's named limits. */
  readonly bodyMaxBytes?: number;
  /** Another dialect of problems: EPCIS's exception names on the EPCIS interface. */
  readonly problem?: (problem: Problem) => object;
};
