import { canonicalId, companyNames, type Facts } from "../facts.ts";
import { repeated } from "./repeated.ts";

/** 4: what was acknowledged survives a kill at any instant; what is sent again is applied once. */
export function acknowledgedOnce(facts: Facts): string[] {
  const { acknowledged, companies, site, network, line, dispensed, allocations } = facts;
  const wrong: string[] = [];
  const inboxes = new Map<string, ReadonlySet<string>>([
    ["site", site.inbox],
    ["network", network.inbox],
    ["line-1", line.inbox],
    ...companyNames.map((name) => [name, companies[name].inbox] as const),
  ]);
  for (const { to, messageId, what } of acknowledged) {
    if (inboxes.get(to)?.has(messageId) === false)
      wrong.push(`${to} acknowledged ${messageId} (${what}) and does not know it`);
  }
  for (const name of companyNames) {
    const { documents } = companies[name];
    for (const messageId of repeated(documents.flatMap((each) => each.messageId ?? [])))
      wrong.push(`${name} captured message ${messageId} twice`);
    for (const eventId of repeated(
      documents.flatMap(({ events, source }) =>
        source === "own" ? events.flatMap((event) => event.eventID ?? []) : [],
      ),
    ))
      wrong.push(`${name} wrote event ${eventId} twice`);
  }
  const asked = new Map(
    site.messages.filter(({ purpose }) => purpose === "allocation").map((each) => [each.messageId, each]),
  );
  for (const { allocationId, from, to, workOrderId } of allocations) {
    const message = asked.get(allocationId);
    if (!message) wrong.push(`allocation ${allocationId} answers no message of the site`);
    else if (message.quantity !== to - from || message.workOrderId !== workOrderId)
      wrong.push(`allocation ${allocationId} is of ${to - from}, ${message.quantity} were asked for`);
  }
  for (const { messageId, state, quantity } of asked.values()) {
    if (state === "sent" && !allocations.some((each) => each.allocationId === messageId))
      wrong.push(`the site has ${quantity} numbers of ${messageId}, which level 4 does not know`);
  }
  // What the pharmacist saw done is done.
  for (const scan of dispensed) {
    const disposition = companies["enterprise-pharmacy"].states.get(canonicalId(scan))?.disposition;
    if (disposition === undefined || !["retail_sold", "dispensed"].includes(disposition))
      wrong.push(`${canonicalId(scan)} was dispensed and is ${disposition ?? "unknown"}`);
  }
  return wrong;
}
