import type { HubAnswer, HubRequest, PackState, PackTransaction } from "./messages.ts";
import { hubSuccess } from "./messages.ts";

/** What the sandbox holds of one pack. */
export type SandboxPack = { readonly lot: string; readonly state: PackState };
export type SandboxLot = { readonly expiry: string };

export type Known = {
  readonly product: boolean;
  readonly lot: SandboxLot | undefined;
  readonly pack: SandboxPack | undefined;
};

/** Level 5 codes of the national systems' blueprint: each raises an alert there. */
const codes = {
  unknownSerial: ["NMVS_NC_PC_02", "Unknown serial number."],
  unknownProduct: ["NMVS_NC_PC_01", "Unknown product code."],
  unknownBatch: ["NMVS_FE_LOT_03", "Unknown batch."],
  expiry: ["NMVS_FE_LOT_12", "The expiry date does not match."],
  batch: ["NMVS_FE_LOT_13", "The batch does not match the serial number."],
  alreadySet: ["NMVS_NC_PCK_19", "The status is already set."],
  inactive: ["NMVS_NC_PCK_22", "The pack is already inactive."],
} as const;

function no(kind: keyof typeof codes, state = ""): HubAnswer {
  const [code, description] = codes[kind];
  return { code, description, state };
}

/** Judges one single-pack transaction; the new state is in the answer, and only a success changes anything. */
export function judgePack(request: Extract<HubRequest, { kind: PackTransaction }>, known: Known): HubAnswer {
  const { kind, pack } = request;
  if (!known.product) return no("unknownProduct");
  if (!known.lot) return no("unknownBatch");
  if (!known.pack) return no("unknownSerial");
  if (known.pack.lot !== pack.lot) return no("batch");
  // Expiry YYMM00 is stored as printed: a day that differs is a mismatch.
  if (known.lot.expiry !== pack.expiry) return no("expiry");
  const { state } = known.pack;
  if (kind === "verify") return { code: hubSuccess, description: "Verified.", state };
  if (state === kind) return no("alreadySet", state);
  if (state !== "active") return no("inactive", state);
  return { code: hubSuccess, description: `Pack is ${kind}.`, state: kind };
}

/** EMVO's A16: an upload whose mandatory elements are missing is rejected whole. */
export function judgeUpload(request: Extract<HubRequest, { kind: "pack-data" }>): HubAnswer {
  const missing = (["gtin", "lot", "expiry", "name", "commonName"] as const).filter((key) => request[key] === "");
  if (request.serials.length === 0 || request.serials.includes(""))
    return { code: "A16", description: "Packs are missing.", state: "" };
  if (missing.length > 0) return { code: "A16", description: `Missing: ${missing.join(", ")}.`, state: "" };
  if (new Set(request.serials).size !== request.serials.length)
    return { code: "A16", description: "A serial number stands there twice.", state: "" };
  return { code: hubSuccess, description: `${request.serials.length} packs uploaded.`, state: "" };
}
