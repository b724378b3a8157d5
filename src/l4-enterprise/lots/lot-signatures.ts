import type { SignatureRecord } from "../../contract/shapes.ts";
import { signatureRecord } from "../../gxp/signature/signature.ts";
import { signaturesOf } from "../../gxp/signature/signature.store.ts";
import type { Sql } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";
import { lotDecisions } from "./lot.ts";
import { lotSubject } from "../work-orders/work-order.handler.ts";
import { submissionsOfLot } from "../work-orders/work-order.store.ts";

/** Who signed what about a lot: its orders' reconciliation and closing at the sites, its release and what quality decided here. */
export async function signaturesOfLot(
  sql: Sql,
  company: Company,
  gtin: string,
  lot: string,
): Promise<SignatureRecord[]> {
  const subject = lotSubject(gtin, lot);
  const own: SignatureRecord[] = [];
  for (const step of ["release", ...Object.keys(lotDecisions)])
    for (const { signature } of await signaturesOf(sql, `${subject}/${step}`)) own.push(signatureRecord(signature));
  return [
    ...(await submissionsOfLot(sql, company, gtin, lot)).flatMap(({ signatures }) => signatures),
    ...own.toSorted((a, b) => a.at - b.at),
  ];
}
