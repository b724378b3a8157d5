import { serialStates } from "../../../kernel/serials/states.ts";
import { canonicalId, companyNames, type Facts } from "../facts.ts";
import { serialOf } from "./serial-of.ts";

/**
 * 3: no cycle, no child with two open parents, levels as the recipe says, one GTIN and lot in a container of a line,
 * nothing in it that was rejected; what is on record is what lies there, at the site and in every ledger.
 */
export function hierarchyHolds(facts: Facts): string[] {
  return [...ofSite(facts), ...ofThings(facts), ...ofLedgers(facts)];
}

function ofSite({ site, line }: Facts): string[] {
  const wrong: string[] = [];
  const containers = new Map(site.numbers.filter(({ level }) => level > 0).map((each) => [each.number, each]));
  for (const { number, level, parent, state, workOrderId } of site.numbers) {
    if (parent === null) continue;
    const above = containers.get(parent);
    if (above?.level !== level + 1)
      wrong.push(`${number} stands in ${parent}, which is ${above ? "of the wrong level" : "unknown"}`);
    if (above && above.workOrderId !== workOrderId) wrong.push(`${number} stands in ${parent} of another order`);
    if (!["Commissioned", "Released"].includes(serialStates[state] ?? ""))
      wrong.push(`${number} is ${serialStates[state]} and stands in ${parent}`);
  }
  const parents = new Map<string, string>();
  for (const { body } of line.entries) {
    if (body.kind === "aggregated") {
      for (const child of body.children) {
        if (parents.has(child))
          wrong.push(`${child} was put into ${body.parent} while it stood in ${parents.get(child)}`);
        parents.set(child, body.parent);
      }
    } else if (body.kind === "disaggregated") for (const child of body.children) parents.delete(child);
  }
  return wrong;
}

function ofThings({ site, runs }: Facts): string[] {
  const wrong: string[] = [];
  const parents = new Map(site.numbers.map(({ level, number, parent }) => [`${level} ${number}`, parent]));
  for (const run of runs) {
    if (!site.numbers.some(({ workOrderId }) => workOrderId === run.workOrderId)) continue;
    for (const { sscc, packs } of run.cases) {
      for (const pack of packs) {
        const parent = parents.get(`0 ${serialOf(pack)}`);
        if (parent !== sscc)
          wrong.push(`pack ${serialOf(pack)} lies in case ${sscc} and on record in ${parent ?? "none"}`);
      }
    }
    for (const { sscc, cases } of run.pallets) {
      for (const each of cases)
        if (parents.get(`1 ${each}`) !== sscc)
          wrong.push(`case ${each} stands on pallet ${sscc} and on record on ${parents.get(`1 ${each}`) ?? "none"}`);
    }
  }
  return wrong;
}

/** The state that each company derived, against what is really in what and where it went. */
function ofLedgers({ companies, runs, dispensed }: Facts): string[] {
  const wrong: string[] = [];
  const given = new Set(dispensed.map(canonicalId));
  const sscc = (number: string) => canonicalId(`00${number}`);
  for (const name of companyNames) {
    const { states, shipments } = companies[name];
    // What left by itself stands in nothing here any more.
    const left = new Set(
      shipments
        .filter((each) => each.direction === "outbound" && each.shippedAt !== null)
        .flatMap(({ contents }) => contents),
    );
    for (const id of left) {
      const parent = states.get(id)?.parent;
      if (parent !== undefined) wrong.push(`${name}: ${id} was shipped by itself and still stands in ${parent}`);
    }
    for (const run of runs) {
      for (const each of run.cases) {
        for (const pack of each.packs) {
          const state = states.get(canonicalId(pack));
          if (!state || given.has(state.id) || name === "enterprise-pharmacy") continue;
          if (state.parent !== sscc(each.sscc))
            wrong.push(`${name}: ${state.id} lies in case ${each.sscc} and on record in ${state.parent ?? "none"}`);
        }
      }
    }
    for (const [id] of states) {
      const seen = new Set([id]);
      for (let above = states.get(id)?.parent; above !== undefined; above = states.get(above)?.parent) {
        if (seen.has(above)) {
          wrong.push(`${name}: ${id} stands in itself`);
          break;
        }
        seen.add(above);
      }
    }
  }
  return wrong;
}
