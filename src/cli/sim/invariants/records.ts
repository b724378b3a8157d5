import { checkChain, type ChainedEntry, endCheck, uncheckedChain } from "../../../gxp/audit/audit-chain.ts";
import { emptyJournal, followJournal } from "../../../kernel/serials/journal-chain.ts";
import { sha256 } from "../../../runtime/sha256.ts";
import { companyNames, type Facts, type Store } from "../facts.ts";

/** 5: every change has its record; every chain of hashes holds. */
export function recorded(facts: Facts): string[] {
  return [...ofChains(facts), ...ofChanges(facts)];
}

function ofChains({ line, site, network, companies }: Facts): string[] {
  const wrong: string[] = [];
  const journal = followJournal(emptyJournal, line.entries, sha256);
  if (!journal.ok) wrong.push(`the line's journal breaks at ${journal.refusal.at}: ${journal.refusal.code}`);
  for (const { chain, entries, head } of line.auditChains) {
    const { brokenAt } = endCheck(checkChain(uncheckedChain, entries as ChainedEntry[]), head);
    if (brokenAt !== null) wrong.push(`line-1: audit chain ${chain} breaks at ${brokenAt}`);
  }
  const stores: readonly (readonly [string, Store])[] = [
    ["site", site],
    ["network", network],
    ...companyNames.map((name) => [name, companies[name]] as const),
  ];
  for (const [name, { chains }] of stores) {
    for (const { chain, intact, brokenAt } of chains)
      if (!intact) wrong.push(`${name}: audit chain ${chain} breaks at ${brokenAt}`);
  }
  return wrong;
}

/** What stands there, and the word of the trail that must say so. */
function ofChanges({ companies, site, allocations }: Facts): string[] {
  const wrong: string[] = [];
  const need = (name: string, store: Store, action: readonly string[], subject: string) => {
    if (!store.audit.some((entry) => action.includes(entry.action) && entry.subject === subject))
      wrong.push(`${name}: ${subject} has no record ${action.join(" or ")}`);
  };
  for (const name of companyNames) {
    const company = companies[name];
    for (const { deliveryId, direction, shippedAt, receivedAt } of company.shipments) {
      const subject = `shipment/${deliveryId}`;
      need(name, company, [direction === "outbound" ? "shipment.order" : "shipment.announce"], subject);
      if (direction === "outbound" && shippedAt !== null) need(name, company, ["shipment.ship"], subject);
      if (receivedAt !== null) need(name, company, ["shipment.receive"], subject);
    }
    for (const { gtin, lot, status } of company.lots)
      if (status === "released") need(name, company, ["lot.release"], `lot/${gtin}/${lot}`);
    for (const { reportId, state, answeredAt } of company.reports) {
      // One that is sent as it is made says so in one word.
      need(name, company, ["report.generate", "report.send"], `report/${reportId}`);
      if (state !== "generated" && state !== "due-for-correction")
        need(name, company, ["report.send"], `report/${reportId}`);
      if (state === "accepted" && answeredAt !== null) need(name, company, ["report.answer"], `report/${reportId}`);
    }
  }
  for (const { workOrderId } of allocations)
    need("enterprise-maker", companies["enterprise-maker"], ["number.allocate"], `work-order/${workOrderId}`);
  for (const { workOrderId, state } of site.orders) {
    need("site", site, ["order.receive"], `order/${workOrderId}`);
    if (["reconciled", "closed", "submitted"].includes(state))
      need("site", site, ["order.reconcile"], `order/${workOrderId}`);
    if (["closed", "submitted"].includes(state)) need("site", site, ["order.close"], `order/${workOrderId}`);
  }
  for (const { deliveryId, state } of site.deliveries)
    if (state !== "open") need("site", site, ["delivery.load"], `delivery/${deliveryId}`);
  return wrong;
}
