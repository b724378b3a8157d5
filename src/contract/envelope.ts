/**
 * The headers of every message on a seam. The body is the message itself, so that an EPCIS document
 * travels as it is. A receiver answers the same `messageId` with the recorded answer of the first time,
 * and refuses it with `seam.message-reused` when the body differs.
 */
export const envelopeHeaders = {
  /** UUIDv7 made by the sender: the idempotency key (IETF draft-ietf-httpapi-idempotency-key-header). */
  messageId: "idempotency-key",
  /** The company whose numbers, orders and events these are: a GLN. */
  owner: "packtrail-owner",
  /** `production` or `validation`; a receiver of the other kind refuses with `seam.environment`. */
  environment: "packtrail-environment",
  /** W3C Trace Context: one trace id from the line to the authority. */
  traceparent: "traceparent",
} as const;

export const environments = ["production", "validation"] as const;
export type Environment = (typeof environments)[number];

export type Envelope = {
  readonly messageId: string;
  readonly owner: string;
  readonly environment: Environment;
  readonly traceId: string;
};
