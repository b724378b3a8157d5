import type { Static, TSchema } from "typebox";
import type { Right } from "./rights.ts";

/**
 * One endpoint of a level, said once: the server checks requests with these schemas, OpenAPI is made of
 * them, and clients are typed by them. `path` starts with `/v1` and names parameters as `:name`.
 */
export type Endpoint<
  Params extends TSchema | undefined = TSchema | undefined,
  Query extends TSchema | undefined = TSchema | undefined,
  Body extends TSchema | undefined = TSchema | undefined,
  Reply extends TSchema = TSchema,
> = {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly right: Right;
  /** Of `signed`: what the second signer must hold, where that is another right. */
  readonly witnessRight?: Right;
  readonly summary: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly reply: Reply;
  /**
   * `message`: a seam; wants the headers of `envelope.ts`, and the same message id twice is applied once.
   * `signed`: the body carries a signature (`signature.ts`) and the person is asked again.
   */
  readonly kind?: "message" | "signed";
  /** Status of success; 200 unless told. */
  readonly status?: 200 | 201 | 202;
  /** Media types of a body that is not JSON (EPCIS documents); the handler gets the bytes. */
  readonly rawBody?: readonly string[];
};

type StaticOr<S> = S extends TSchema ? Static<S> : undefined;

export type ParamsOf<E> = E extends Endpoint<infer P, infer _Q, infer _B, infer _R> ? StaticOr<P> : never;
export type QueryOf<E> = E extends Endpoint<infer _P, infer Q, infer _B, infer _R> ? StaticOr<Q> : never;
export type BodyOf<E> = E extends Endpoint<infer _P, infer _Q, infer B, infer _R> ? StaticOr<B> : never;
export type ReplyOf<E> = E extends Endpoint<infer _P, infer _Q, infer _B, infer R> ? Static<R> : never;

/** Keeps the literal types of one endpoint; its fields stay as narrow as they were written. */
export function endpoint<
  const P extends TSchema | undefined = undefined,
  const Q extends TSchema | undefined = undefined,
  const B extends TSchema | undefined = undefined,
  const R extends TSchema = TSchema,
>(definition: Endpoint<P, Q, B, R>): Endpoint<P, Q, B, R> {
  return definition;
}

/** `/v1/lots/:lot` with its parameters and query filled in and percent-encoded. */
export function endpointPath(
  definition: Pick<Endpoint, "path">,
  params: Readonly<Record<string, string>> = {},
  query: Readonly<Record<string, string | number | boolean | undefined>> = {},
): string {
  const path = definition.path.replace(/:([a-zA-Z]+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
  if (pairs.length === 0) return path;
  return `${path}?${pairs.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`).join("&")}`;
}
