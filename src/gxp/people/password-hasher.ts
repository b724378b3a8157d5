import { argon2, createHash, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { sha256Hex } from "../../runtime/sha256.ts";
import type { Random } from "../../runtime/machine.ts";

/** Argon2id as RFC 9106 names its parameters. */
export type HashCost = { readonly memoryKiB: number; readonly passes: number; readonly parallelism: number };

/** OWASP Password Storage: 19 MiB, two passes, one lane; about 40 ms of one core. */
export const hashCost: HashCost = { memoryKiB: 19_456, passes: 2, parallelism: 1 };
/** For tests and the simulation, where thousands sign in: as strong as nothing. */
export const cheapHashCost: HashCost = { memoryKiB: 8, passes: 1, parallelism: 1 };

/** Hashes worked on at once: each takes its memory and a thread, and sign-in is open to anybody. */
const hashesAtOnceMax = 4;
const saltBytes = 16;
const tagBytes = 32;

export type PasswordHasher = {
  /** PHC string: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`. */
  hash(secret: string): Promise<string>;
  /** False for a wrong secret and for a stored text that is no such string. `null` takes as long as a wrong one. */
  verify(secret: string, stored: string | null): Promise<boolean>;
};

/** The salts come from `random`, so that a simulation hashes alike each time. */
export function argon2Hasher(random: Pick<Random, "bytes">, cost: HashCost = hashCost): PasswordHasher {
  const turn = createTurns(hashesAtOnceMax);
  const nobody: Phc = { cost, salt: new Uint8Array(saltBytes), tag: new Uint8Array(tagBytes) };
  return {
    hash: async (secret) => {
      const salt = random.bytes(saltBytes);
      return printPhc({ cost, salt, tag: await turn(() => derive(secret, salt, cost)) });
    },
    verify: async (secret, stored) => {
      const phc = stored === null ? undefined : parsePhc(stored);
      const { cost: own, salt, tag } = phc ?? nobody;
      const derived = await turn(() => derive(secret, salt, own, tag.length));
      return phc !== undefined && timingSafeEqual(derived, tag);
    },
  };
}

/**
 * A badge is looked up by its hash, so the same badge must hash alike: it is an identifier that a reader sends, and
 * the PIN beside it is the secret. The hash keeps a stolen table from being a box of badges.
 */
export function badgeHash(badge: string): string {
  return sha256Hex(`packtrail badge\n${badge.trim()}`);
}

const deriveKey = promisify(argon2);

function derive(secret: string, salt: Uint8Array, cost: HashCost, tagLength: number = tagBytes): Promise<Buffer> {
  const parameters = {
    message: secret,
    nonce: salt,
    memory: cost.memoryKiB,
    passes: cost.passes,
    parallelism: cost.parallelism,
    tagLength,
  };
  return deriveKey("argon2id", parameters);
}

type Phc = { readonly cost: HashCost; readonly salt: Uint8Array; readonly tag: Uint8Array };

function printPhc({ cost, salt, tag }: Phc): string {
  return `$argon2id$v=19$m=${cost.memoryKiB},t=${cost.passes},p=${cost.parallelism}$${base64(salt)}$${base64(tag)}`;
}

const phcPattern =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,172})$/;

export function parsePhc(text: string): Phc | undefined {
  const match = phcPattern.exec(text);
  if (!match) return undefined;
  const [, memoryKiB, passes, parallelism, salt, tag] = match as unknown as string[];
  return {
    cost: { memoryKiB: Number(memoryKiB), passes: Number(passes), parallelism: Number(parallelism) },
    salt: Buffer.from(salt as string, "base64"),
    tag: Buffer.from(tag as string, "base64"),
  };
}

/** PHC writes base64 without its padding. */
function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}

/** At most so many at a time; the others wait in the order they came. */
function createTurns(atOnceMax: number) {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= atOnceMax) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}

/** A token that nobody can guess, kept only as this hash: random enough that a fast one will do. */
export function tokenHash(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

const tokenBytes = 32;

export function newToken(random: Pick<Random, "bytes">): string {
  return Buffer.from(random.bytes(tokenBytes)).toString("base64url");
}
