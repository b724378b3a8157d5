import type { Element, EpcisEvent, EpcisHeader } from "./model.ts";
import { CBVMDA_NAMESPACE, GS1USHC_NAMESPACE } from "./names.ts";
import { childrenOf, leafText } from "./sbdh.ts";

/** GS1 US Healthcare's extensions to EPCIS for DSCSA, and the master data of a lot (CBV 2.0 §9). */

export type TransactionStatement = { readonly affirmed: boolean; readonly legalNotice: string };

function healthcare(local: string) {
  return { namespace: GS1USHC_NAMESPACE, local, prefix: "gs1ushc" };
}

/** The statement that each transfer needs under FDCA §581(27), as an extension of the header. */
export function transactionStatement(statement: TransactionStatement): Element {
  return {
    name: healthcare("dscsaTransactionStatement"),
    value: [
      { name: healthcare("affirmTransactionStatement"), value: String(statement.affirmed) },
      { name: healthcare("legalNotice"), value: statement.legalNotice },
    ],
  };
}

export function readTransactionStatement(header: EpcisHeader | undefined): TransactionStatement | undefined {
  const found = header?.extensions?.find(
    ({ name }) => name.namespace === GS1USHC_NAMESPACE && name.local === "dscsaTransactionStatement",
  );
  if (!found) return undefined;
  const text = (local: string) => {
    const child = childrenOf(found).find(({ name }) => name.local === local);
    return child ? leafText(child).trim() : "";
  };
  return { affirmed: /^(true|1)$/.test(text("affirmTransactionStatement")), legalNotice: text("legalNotice") };
}

/** Lot and expiry date (`yyyy-mm-dd`, as printed in the event) of commissioned objects. */
export type LotData = { readonly lotNumber?: string; readonly itemExpirationDate?: string };

export function lotElements({ lotNumber, itemExpirationDate }: LotData): Element[] {
  const one = (local: string, value: string | undefined): Element[] =>
    value === undefined ? [] : [{ name: { namespace: CBVMDA_NAMESPACE, local, prefix: "cbvmda" }, value }];
  return [...one("lotNumber", lotNumber), ...one("itemExpirationDate", itemExpirationDate)];
}

export function readLotData(event: EpcisEvent): LotData {
  const ilmd = event.type === "ObjectEvent" || event.type === "TransformationEvent" ? (event.ilmd ?? []) : [];
  const text = (local: string) => {
    const found = ilmd.find(({ name }) => name.namespace === CBVMDA_NAMESPACE && name.local === local);
    const value = found && leafText(found).trim();
    return value === undefined || value === "" ? {} : { [local]: value };
  };
  return { ...text("lotNumber"), ...text("itemExpirationDate") };
}
