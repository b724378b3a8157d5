import { type Envelope, type Environment, envelopeHeaders, environments } from "../../contract/envelope.ts";
import { ok, refuse, type Result } from "../../kernel/base/result.ts";
import type { Actor } from "./actor.ts";

/** A message that came over a seam, before it is known whether it came before. */
export type Incoming = {
  readonly envelope: Envelope;
  /** Who sent it: the machine credential's or the person's name. */
  readonly sender: string;
  /** `PUT /v1/runs/:runId`, the endpoint, and the path with its parameters filled in. */
  readonly endpoint: string;
  readonly path: string;
  readonly body: Uint8Array;
};

export type MessageAnswer = { readonly status: number; readonly body: unknown };

/**
 * Runs `work` in a transaction that also writes the inbox row, so that the same message id takes effect once; the
 * second time the recorded answer comes back. A body that differs is refused with `seam.message-reused`. When
 * `work` throws (a refusal too) nothing is recorded: the sender may correct what was wrong and send it again.
 * `Tx` is the level's transaction: PostgreSQL's `Sql`, or the line's own.
 */
export type ApplyOnce<Tx> = (message: Incoming, work: (sql: Tx) => Promise<MessageAnswer>) => Promise<MessageAnswer>;

type Headers = Readonly<Record<string, string | undefined>>;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const gln = /^[0-9]{13}$/;
const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/;
const noTrace = "0".repeat(32);

/** Trace id of W3C Trace Context, or a new one made of a UUID. */
export function traceIdOf(header: string | undefined, makeUuid: () => string): string {
  const traceId = header === undefined ? undefined : traceparent.exec(header)?.[1];
  return traceId === undefined || traceId === noTrace ? makeUuid().replaceAll("-", "") : traceId;
}

/** The envelope of `contract/envelope.ts`, or `http.envelope` with the header's name in `at`. */
export function readEnvelope(headers: Headers, traceId: string): Result<Envelope> {
  const messageId = unquote(headers[envelopeHeaders.messageId]);
  if (!uuid.test(messageId)) return refuse("http.envelope", envelopeHeaders.messageId);
  const owner = headers[envelopeHeaders.owner] ?? "";
  if (!gln.test(owner)) return refuse("http.envelope", envelopeHeaders.owner);
  const environment = headers[envelopeHeaders.environment];
  if (!isEnvironment(environment)) return refuse("http.envelope", envelopeHeaders.environment);
  return ok({ messageId, owner, environment, traceId });
}

/** What a level is: its environment, and its company where it is one company's. */
export type Here = { readonly environment: Environment; readonly owner: string | undefined };

/** No environment sees the other; a company's level takes its own matters only, and a credential speaks for its own owner only. */
export function checkScope(envelope: Envelope, actor: Actor, here: Here): Result<Envelope> {
  const { environment, owner } = here;
  if (envelope.environment !== environment)
    return refuse("seam.environment", envelopeHeaders.environment, `this is ${environment}`);
  if (owner !== undefined && envelope.owner !== owner)
    return refuse("gxp.owner-scope", envelopeHeaders.owner, `this is ${owner}`);
  if (actor.kind !== "machine") return ok(envelope);
  if (actor.environment !== environment) return refuse("gxp.environment-scope");
  if (actor.owner !== undefined && actor.owner !== envelope.owner)
    return refuse("gxp.owner-scope", envelopeHeaders.owner);
  return ok(envelope);
}

/** The header is a structured field in the IETF draft, `"…"`; senders write it both ways. */
function unquote(value: string | undefined): string {
  return (value ?? "").replace(/^"(.*)"$/, "$1");
}

function isEnvironment(value: string | undefined): value is Environment {
  return value !== undefined && (environments as readonly string[]).includes(value);
}
