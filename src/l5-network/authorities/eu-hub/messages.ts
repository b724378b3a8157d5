import type { AuthorityReport } from "../../../contract/network-api.ts";
import { ok, refuse, type Result } from "../../../kernel/base/result.ts";
import { type Element, element, find, parseSoap, printSoap, textAt } from "./soap.ts";

/**
 * Single pack transactions of the national systems' blueprint: the operation's code and the state that it sets.
 * Uploads to the hub itself are specified for on-boarded partners only: `HubPackData` is this project's own stand-in
 * for them, spoken with the sandbox and with nothing else.
 */
export const packTransactions = {
  verify: "G110",
  supplied: "G120",
  destroyed: "G130",
  exported: "G140",
  sample: "G150",
  locked: "G170",
  stolen: "G180",
} as const;
export type PackTransaction = keyof typeof packTransactions;
export type PackState = "active" | Exclude<PackTransaction, "verify">;

export type PackKey = { readonly gtin: string; readonly serial: string; readonly lot: string; readonly expiry: string };
export type HubAnswer = { readonly code: string; readonly description: string; readonly state: string };

/** What the blueprint calls success; everything else is a refusal or an alert. */
export const hubSuccess = "NMVS_SUCCESS";

const software = { supplier: "Packtrail", name: "Packtrail", version: "1" };

/** At most 32 characters: a UUID without its hyphens. */
export function transactionId(messageId: string): string {
  return messageId.replaceAll("-", "");
}

export function printPackRequest(kind: PackTransaction, pack: PackKey, trxId: string): string {
  return printSoap(`${packTransactions[kind]}Request`, [
    header(trxId),
    element("Body", [product(pack), element("Pack", [], { sn: pack.serial })]),
  ]);
}

/** A lot's packs for the hub (Delegated Regulation (EU) 2016/161, Art. 33(2)). */
export function printPackData(report: Extract<AuthorityReport, { kind: "pack-data" }>, trxId: string): string {
  const { product: about, lot, expiry, serials } = report;
  return printSoap("HubPackDataRequest", [
    header(trxId),
    element("Body", [
      element("Product", [
        element("ProductCode", about.gtin, { scheme: "GTIN" }),
        element("Version", String(about.version)),
        element("Name", about.name),
        element("CommonName", about.commonName),
        element("PharmaceuticalForm", about.dosageForm),
        element("Strength", about.strength),
        element("PackSize", about.packSize),
        element("Manufacturer", about.manufacturerName),
        element("Batch", [element("Id", lot), element("ExpDate", expiry)]),
      ]),
      element(
        "Packs",
        serials.map((serial) => element("Pack", [], { sn: serial })),
      ),
    ]),
  ]);
}

function header(trxId: string): Element {
  return element("Header", [
    element("UserSoftware", [], software),
    element("Transaction", [element("ClientTrxId", trxId), element("Language", "eng")]),
  ]);
}

function product({ gtin, lot, expiry }: PackKey): Element {
  return element("Product", [
    element("ProductCode", gtin, { scheme: "GTIN" }),
    element("Batch", [element("Id", lot), element("ExpDate", expiry)]),
  ]);
}

export type HubRequest =
  | { readonly kind: PackTransaction; readonly trxId: string; readonly pack: PackKey }
  | {
      readonly kind: "pack-data";
      readonly trxId: string;
      readonly gtin: string;
      readonly lot: string;
      readonly expiry: string;
      readonly name: string;
      readonly commonName: string;
      readonly serials: readonly string[];
    };

const kinds = new Map<string, PackTransaction>(
  Object.entries(packTransactions).map(([kind, code]) => [`${code}Request`, kind as PackTransaction]),
);

export function parseHubRequest(text: string): Result<HubRequest> {
  const parsed = parseSoap(text);
  if (!parsed.ok) return parsed;
  const message = parsed.value;
  const about = find(message, "Body", "Product");
  const trxId = textAt(message, "Header", "Transaction", "ClientTrxId");
  const gtin = textAt(about, "ProductCode");
  const lot = textAt(about, "Batch", "Id");
  const expiry = textAt(about, "Batch", "ExpDate");
  if (message.name === "HubPackDataRequest") {
    const serials = (find(message, "Body", "Packs")?.children ?? []).map((each) => each.attributes["sn"] ?? "");
    return ok({
      kind: "pack-data",
      trxId,
      gtin,
      lot,
      expiry,
      name: textAt(about, "Name"),
      commonName: textAt(about, "CommonName"),
      serials,
    });
  }
  const kind = kinds.get(message.name);
  if (!kind) return refuse("eu-hub.malformed", message.name, "no such transaction");
  return ok({
    kind,
    trxId,
    pack: { gtin, lot, expiry, serial: find(message, "Body", "Pack")?.attributes["sn"] ?? "" },
  });
}

export function printHubAnswer(request: HubRequest, answer: HubAnswer, at: string, hubTrxId: string): string {
  const name = request.kind === "pack-data" ? "HubPackDataResponse" : `${packTransactions[request.kind]}Response`;
  const pack =
    request.kind === "pack-data" ? [] : [element("Pack", [], { sn: request.pack.serial, state: answer.state })];
  return printSoap(name, [
    element("Header", [
      element("Transaction", [
        element("ClientTrxId", request.trxId),
        element("NMVSTrxId", hubTrxId),
        element("Timestamp", at),
      ]),
    ]),
    element("Body", [...pack, element("ReturnCode", [], { code: answer.code, desc: answer.description })]),
  ]);
}

export function parseHubAnswer(text: string): Result<HubAnswer> {
  const parsed = parseSoap(text);
  if (!parsed.ok) return parsed;
  const code = find(parsed.value, "Body", "ReturnCode")?.attributes;
  if (!code?.["code"]) return refuse("eu-hub.malformed", "Body/ReturnCode");
  return ok({
    code: code["code"],
    description: code["desc"] ?? "",
    state: find(parsed.value, "Body", "Pack")?.attributes["state"] ?? "",
  });
}
