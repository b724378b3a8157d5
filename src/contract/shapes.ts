import { type Static, Type } from "typebox";
import { environments } from "./envelope.ts";
import { roles } from "./rights.ts";

// The words that every seam shares. A pattern here refuses the malformed; check digits and meaning are
// the kernel's, applied by the handler, so that a refusal can say where.

export const Gtin14 = Type.String({ pattern: "^[0-9]{14}$", description: "GTIN-14, AI 01" });
export const Sscc = Type.String({ pattern: "^[0-9]{18}$", description: "SSCC, AI 00" });
export const Gln = Type.String({ pattern: "^[0-9]{13}$", description: "GLN, AI 410-417" });
export const Serial = Type.String({ pattern: "^[!-z]{1,20}$", description: "AI 21, GS1 character set 82" });
export const LotNumber = Type.String({ pattern: "^[!-z]{1,20}$", description: "AI 10, GS1 character set 82" });
export const ExpiryDate = Type.String({
  pattern: "^[0-9]{6}$",
  description: "AI 17 as printed: YYMMDD, day 00 allowed",
});
export const Uuid = Type.String({ pattern: "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$" });
export const InstantMs = Type.Integer({ minimum: 0, description: "milliseconds since 1970-01-01T00:00:00Z" });
export const Sha256Hex = Type.String({ pattern: "^[0-9a-f]{64}$" });
/** No control characters, no halves of a surrogate pair: neither PostgreSQL nor XML 1.0 (§2.2) can carry them. */
const printable =
  "^(?:[\\uD800-\\uDBFF][\\uDC00-\\uDFFF]|[^\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\uD800-\\uDFFF\\uFFFE\\uFFFF])+$";
export const Name = Type.String({ minLength: 1, maxLength: 100, pattern: printable });
export const EnvironmentName = literalUnion(environments);
export const MarketCode = literalUnion(["us", "eu"]);
export const Count = Type.Integer({ minimum: 0 });
export const PackagingLevel = literalUnion(["pack", "case", "pallet"]);
export const RoleName = literalUnion(roles);

/** A signed statement as it travels with the record it was made for (21 CFR 11.50, 11.70). */
export const SignatureRecord = Type.Object({
  signatureId: Uuid,
  userId: Uuid,
  userName: Name,
  meaning: Name,
  at: InstantMs,
  recordHash: Sha256Hex,
});
export type SignatureRecord = Static<typeof SignatureRecord>;

/** What a person adds to a `signed` request: who they are, asked again, and what the signature means. */
export const SignatureInput = Type.Object({
  userName: Name,
  password: Type.String({ minLength: 1, maxLength: 200 }),
  meaning: Type.Optional(Name),
});
export type SignatureInput = Static<typeof SignatureInput>;

export const Empty = Type.Object({});
export const Accepted = Type.Object({ accepted: Type.Literal(true) });

export function literalUnion<const T extends string>(values: readonly T[]) {
  return Type.Unsafe<T>({ type: "string", enum: [...values] });
}
