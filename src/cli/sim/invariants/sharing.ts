import { canonicalId, companyNames, type Facts, idsOf } from "../facts.ts";

/** 7: no company sees what its partners did not share with it; no environment sees the other. */
export function sharedOnly(facts: Facts): string[] {
  return [...ofDocuments(facts), ...ofAnswers(facts), ...ofEnvironments(facts)];
}

/** What lies in each container, and above each thing, as it left the line. */
function contentsOf({ runs }: Facts): ReadonlyMap<string, readonly string[]> {
  const contents = new Map<string, readonly string[]>();
  const sscc = (number: string) => canonicalId(`00${number}`);
  for (const run of runs) {
    for (const each of run.cases) contents.set(sscc(each.sscc), each.packs.map(canonicalId));
    for (const each of run.pallets) contents.set(sscc(each.sscc), each.cases.map(sscc));
  }
  return contents;
}

function inside(contents: ReadonlyMap<string, readonly string[]>, ids: readonly string[]): Set<string> {
  return new Set(ids.flatMap((id) => [id, ...inside(contents, contents.get(id) ?? [])]));
}

/** Everything that was sent to a company, and what lay in it. */
function sentTo(facts: Facts, gln: string): Set<string> {
  const contents = contentsOf(facts);
  const deliveries = companyNames.flatMap((name) =>
    facts.companies[name].shipments.filter(
      (each) => each.direction === "outbound" && each.partner === gln && each.shippedAt !== null,
    ),
  );
  return inside(
    contents,
    deliveries.flatMap((each) => each.contents),
  );
}

function ofDocuments(facts: Facts): string[] {
  const wrong: string[] = [];
  const above = new Map(
    [...contentsOf(facts)].flatMap(([parent, children]) => children.map((child) => [child, parent] as const)),
  );
  for (const name of companyNames) {
    const { gln, documents } = facts.companies[name];
    const sent = sentTo(facts, gln);
    for (const { source, partner, messageId, events } of documents) {
      if (source === "own") continue;
      const message = facts.network.messages.find((each) => each.messageId === messageId);
      if (message?.receiver !== gln || message.owner !== partner)
        wrong.push(`${name} holds a document of ${partner} that the network did not bring to it`);
      for (const id of new Set(events.flatMap(idsOf))) {
        // The container that a thing was taken out of is named when it is taken out.
        const opened = [...sent].some((each) => above.get(each) === id);
        if (!sent.has(id) && !opened) wrong.push(`${name} was told of ${id}, which was never sent to it`);
      }
    }
  }
  return wrong;
}

function ofAnswers(facts: Facts): string[] {
  const wrong: string[] = [];
  const { companies, probes } = facts;
  const maker = companies["enterprise-maker"].gln;
  for (const each of probes) {
    if (each.kind === "environment") {
      if (each.code !== "seam.environment")
        wrong.push(`${each.at} answered a message of the validation environment with ${each.code}`);
      continue;
    }
    const self = companies[each.company === "wholesaler" ? "enterprise-wholesaler" : "enterprise-pharmacy"].gln;
    const sent = sentTo(facts, self);
    const foreign = each.hops.filter((hop) => hop.company !== self);
    const was = sent.has(canonicalId(each.id));
    if (!was && foreign.length > 0)
      wrong.push(
        `the ${each.company} sees ${foreign.length} hops of ${canonicalId(each.id)}, which was never sent to it`,
      );
    // The maker lets the pharmacy verify, not trace.
    if (each.company === "pharmacy" && each.hops.some((hop) => hop.company === maker && hop.source === "asked"))
      wrong.push(`the pharmacy traces at the maker, which does not let it`);
  }
  return wrong;
}

function ofEnvironments({ companies, network, site }: Facts): string[] {
  const stores = [
    ["site", site],
    ["network", network],
    ...companyNames.map((name) => [name, companies[name]] as const),
  ] as const;
  return stores.flatMap(([name, { environments }]) =>
    environments.filter((each) => each !== "production").map((each) => `${name} holds rows of the ${each} environment`),
  );
}
