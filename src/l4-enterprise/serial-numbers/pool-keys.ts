import { invariant } from "../../kernel/base/invariant.ts";
import type { EncryptBlocks } from "../../kernel/serials/ff1.ts";
import type { PoolDomain } from "../../kernel/serials/pool.ts";
import { aesEcb } from "../../runtime/aes.ts";
import { unwrapKey, wrapKey } from "../../runtime/key-wrap.ts";
import type { Random } from "../../runtime/machine.ts";

const keyBytes = 32;

/** The keys of the number pools: in the database only wrapped, in memory only here. */
export type PoolKeys = {
  /** AES-256 under a pool's key; unwrapped once. Faults `key.unwrap` when it does not open. */
  cipherOf(subject: string, wrappedKey: Uint8Array): EncryptBlocks;
  /** A fresh key, wrapped. */
  newKey(subject: string, random: Random): Uint8Array;
};

/** `wrappingKey`: 32 bytes, from the key file that the configuration names (`readKeyFile`). */
export function openPoolKeys(wrappingKey: Uint8Array): PoolKeys {
  invariant(wrappingKey.length === keyBytes, `a wrapping key of ${wrappingKey.length} bytes`);
  const open = new Map<string, EncryptBlocks>();
  return {
    cipherOf(subject, wrappedKey) {
      const name = `${subject} ${Buffer.from(wrappedKey).toString("base64")}`;
      let cipher = open.get(name);
      if (cipher === undefined) {
        cipher = aesEcb(unwrapKey(wrappedKey, wrappingKey, subject));
        open.set(name, cipher);
      }
      return cipher;
    },
    newKey: (subject, random) => wrapKey(random.bytes(keyBytes), wrappingKey, subject, (count) => random.bytes(count)),
  };
}

/** What a pool's key is wrapped for: swapped between rows it does not open. */
export function poolSubject(
  scope: { readonly owner: string; readonly environment: string },
  domain: PoolDomain,
): string {
  return `pool:${scope.owner}:${scope.environment}:${domain.gtin}:${domain.length}:${domain.prefix}`;
}
