import { serialStates } from "../../../kernel/serials/states.ts";
import { canonicalId, companyNames, type Facts, idsOf, type Store } from "../facts.ts";

/** 6: every level's counts agree with its neighbour's once the queues are empty. */
export function neighboursAgree(facts: Facts): string[] {
  return [...queuesAreEmpty(facts), ...lineAndSite(facts), ...siteAndMaker(facts), ...companiesAndNetwork(facts)];
}

function queuesAreEmpty({ site, network, companies }: Facts): string[] {
  const stores: readonly (readonly [string, Store])[] = [
    ["site", site],
    ["network", network],
    ...companyNames.map((name) => [name, companies[name]] as const),
  ];
  return stores.flatMap(([name, { open }]) =>
    open.map(
      ({ messageId, state, path, error }) => `${name}: message ${messageId} to ${path} is ${state}: ${error ?? ""}`,
    ),
  );
}

function lineAndSite({ line, site }: Facts): string[] {
  const wrong: string[] = [];
  if (line.entries.length !== site.journal.length)
    wrong.push(`the line's journal has ${line.entries.length} entries, the site ${site.journal.length}`);
  line.entries.forEach(({ hash, seq }, index) => {
    if (site.journal[index] && site.journal[index].hash !== hash)
      wrong.push(`entry ${seq} is another at the site than at the line`);
  });
  const last = new Map<string, string>();
  for (const { body } of line.entries)
    if (body.kind === "number-moved") last.set(`${body.level} ${body.number}`, body.to);
  const levels = ["pack", "case", "pallet"] as const;
  for (const { level, number, state } of site.numbers) {
    const atLine = last.get(`${levels[level]} ${number}`);
    const atSite = serialStates[state] ?? "";
    if (atLine !== undefined && atLine !== atSite && atSite !== "Released" && atSite !== "Unassigned")
      wrong.push(`${number} is ${atLine} at the line and ${atSite} at the site`);
  }
  return wrong;
}

function siteAndMaker({ site, companies, runs }: Facts): string[] {
  const wrong: string[] = [];
  const { states, shipments } = companies["enterprise-maker"];
  for (const { workOrderId, lot } of runs) {
    if (site.orders.find((each) => each.workOrderId === workOrderId)?.state !== "submitted") continue;
    const ever = site.numbers.filter(
      (each) =>
        each.workOrderId === workOrderId &&
        each.level === 0 &&
        ["Commissioned", "Released", "Destroyed", "Sampled", "Inactive"].includes(serialStates[each.state] ?? ""),
    );
    const known = [...states.values()].filter(
      (each) => each.lot === lot && each.commissionedAt !== undefined && each.id.includes("/01/"),
    );
    if (ever.length !== known.length)
      wrong.push(`lot ${lot}: the site commissioned ${ever.length} packs, level 4 knows ${known.length}`);
  }
  for (const { deliveryId, state, ssccs } of site.deliveries) {
    if (state === "open") continue;
    const shipment = shipments.find((each) => each.deliveryId === deliveryId);
    const loaded = ssccs.map((sscc) => canonicalId(`00${sscc}`)).sort();
    if (loaded.join() !== [...(shipment?.contents ?? [])].sort().join())
      wrong.push(
        `delivery ${deliveryId}: the site loaded ${loaded.length} containers, level 4 has ${shipment?.contents.length ?? 0}`,
      );
  }
  return wrong;
}

function companiesAndNetwork({ companies, network }: Facts): string[] {
  const wrong: string[] = [];
  const byGln = new Map(companyNames.map((name) => [companies[name].gln, companies[name]]));
  for (const name of companyNames) {
    for (const {
      deliveryId,
      direction,
      partner,
      shippedAt,
      documentMessage,
      documentState,
      contents,
      packs,
    } of companies[name].shipments) {
      if (direction !== "outbound" || shippedAt === null) continue;
      const message = network.messages.find((each) => each.messageId === documentMessage);
      const end = message?.state ?? "unknown";
      if (end !== documentState)
        wrong.push(`${name}: the document of ${deliveryId} is ${documentState} here and ${end} at the network`);
      const arrived =
        byGln
          .get(partner)
          ?.shipments.filter((each) => each.direction === "inbound" && each.contents.join() === contents.join()) ?? [];
      if (arrived.length !== 1)
        wrong.push(`${name}: delivery ${deliveryId} was announced ${arrived.length} times to ${partner}`);
      else if (arrived[0]?.packs !== packs)
        wrong.push(`${name}: delivery ${deliveryId} is of ${packs} packs, announced were ${arrived[0]?.packs}`);
    }
  }
  for (const { messageId, receiver, state } of network.messages) {
    const receiving = byGln.get(receiver);
    if (!receiving || state !== "delivered") continue;
    const captures = receiving.documents.filter((each) => each.messageId === messageId);
    if (captures.length !== 1)
      wrong.push(`document ${messageId} was delivered to ${receiver} and captured ${captures.length} times`);
    else if ((captures[0]?.events.flatMap(idsOf).length ?? 0) === 0) wrong.push(`document ${messageId} names nothing`);
  }
  return wrong;
}
