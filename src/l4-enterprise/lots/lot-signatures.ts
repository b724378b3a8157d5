import type { SignatureRecord } from "../../contract/shapes.ts";
import { signatureRecord } from "../../gxp/signature/signature.ts";
import { signaturesOf } from "../../gxp/signature/signature.store.ts";
import type { Sql } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";
import { lotSubject } from "../work-orders/work-order.handler.ts";
import { submissionsOfLot } from "../work-orders/work-order.store.ts";

/** Who signed what about a lot: its orders' reconciliation and closing at the sites, its release and holds here. */
export async function signaturesOfLot(
  sql: Sql,
  company: Company,
  gtin: string,
  lot: string,
): Promise<SignatureRecord[]> {
  const subject = lotSubject(gtin, lot);
  const own = [...(await signaturesOf(sql, `${subject}/release`)), ...(await signaturesOf(sql, `${subject}/hold`))];
  return [
    ...(await submissionsOfLot(sql, company, gtin, lot)).flatMap(({ signatures }) => signatures),
    ...own.map(({ signature }) => signatureRecord(signature)),
  ];
}
