import { mayUse, type Right } from "../../contract/rights.ts";
import type { SignatureInput, SignatureRecord } from "../../contract/shapes.ts";
import { ok, refuse, type Result } from "../../kernel/base/result.ts";
import type { Instant } from "../../kernel/base/time.ts";
import { canonicalHash } from "../../runtime/canonical-hash.ts";
import { type Account, userKey } from "../people/account.ts";

/**
 * An electronic signature as it is kept: who (printed name), when and what it means (21 CFR 11.50), bound to the
 * record's canonical hash so that it cannot be put under another (11.70).
 */
export type Signature = SignatureRecord & {
  /** What was signed: `lot/09521234543213/L1/release`. */
  readonly record: string;
  readonly fullName: string;
  readonly right: Right;
  readonly owner: string | null;
};

export type Signing = {
  readonly record: string;
  readonly recordHash: string;
  readonly meaning: string;
  readonly input: SignatureInput;
  readonly right: Right;
  /** The first signature is that of the person signed in: their user name. A second signer's is open. */
  readonly mustBe?: string;
  /** Earlier signers of the same record: a second signature is another person's. */
  readonly notBy?: readonly string[];
};

/** Everything about a signer but the secret: who, whether allowed, whether another person. */
export function checkSigner(
  signing: Signing,
  account: Pick<Account, "userId" | "userName" | "roles" | "state">,
): Result<true> {
  const { input, meaning, mustBe, notBy = [], right } = signing;
  if (input.meaning !== undefined && input.meaning !== meaning) return refuse("gxp.meaning", "meaning", meaning);
  if (mustBe !== undefined && userKey(mustBe) !== userKey(account.userName))
    return refuse("gxp.signer-other", "userName");
  if (notBy.includes(account.userId)) return refuse("gxp.signer-same", "userName");
  if (account.state === "disabled") return refuse("gxp.disabled", "userName");
  return mayUse(right, account.roles) ? ok(true) : refuse("gxp.signer-not-allowed", "userName", right);
}

export function makeSignature(
  signing: Signing,
  account: Account,
  made: { readonly signatureId: string; readonly at: Instant; readonly owner?: string },
): Signature {
  return {
    signatureId: made.signatureId,
    record: signing.record,
    recordHash: signing.recordHash,
    userId: account.userId,
    userName: account.userName,
    fullName: account.fullName,
    meaning: signing.meaning,
    right: signing.right,
    owner: made.owner ?? null,
    at: made.at,
  };
}

/** Over everything that the signature says: a changed name, time or meaning no longer hashes to it. */
export function signatureHash(signature: Signature): string {
  return canonicalHash(signature);
}

export function signatureRecord({
  signatureId,
  userId,
  userName,
  meaning,
  at,
  recordHash,
}: Signature): SignatureRecord {
  return { signatureId, userId, userName, meaning, at, recordHash };
}

/** Whether a kept signature still says what was signed, and stands under the record as it is now. */
export function checkSignature(signature: Signature, keptHash: string, recordHash: string): Result<true> {
  if (signatureHash(signature) !== keptHash) return refuse("gxp.signature-broken", signature.signatureId);
  return signature.recordHash === recordHash ? ok(true) : refuse("gxp.record-changed", signature.signatureId);
}
