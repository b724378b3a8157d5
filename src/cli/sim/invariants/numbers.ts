import { canonicalId, type Facts } from "../facts.ts";
import { repeated } from "./repeated.ts";

/** 1: no number is commissioned twice or printed for two packs; none is held by two at once. */
export function numbersOnce({ allocations, line, runs, site, companies }: Facts): string[] {
  const wrong: string[] = [];
  for (const [index, one] of allocations.entries()) {
    for (const other of allocations.slice(index + 1)) {
      if (one.poolId === other.poolId && one.from < other.to && other.from < one.to) {
        wrong.push(
          `pool ${one.poolId}: numbers ${Math.max(one.from, other.from)}–${Math.min(one.to, other.to) - 1} are held by orders ${one.workOrderId} and ${other.workOrderId}`,
        );
      }
    }
  }
  const named = (kind: "sent" | "commissioned") =>
    line.entries.flatMap(({ body }) => {
      if (kind === "sent") return body.kind === "number-sent" ? [`${body.level} ${body.number}`] : [];
      return body.kind === "number-moved" && body.to === "Commissioned" ? [`${body.level} ${body.number}`] : [];
    });
  const sent = new Set(named("sent"));
  for (const number of repeated(named("sent"))) wrong.push(`${number} was sent to a printer twice`);
  for (const number of repeated(named("commissioned"))) wrong.push(`${number} was commissioned twice`);
  for (const number of named("commissioned"))
    if (!sent.has(number)) wrong.push(`${number} was commissioned and never sent to a printer`);
  // What really stands on things, wherever they lie now.
  const borne = runs.flatMap((run) => [
    ...run.cases.flatMap(({ packs }) => packs),
    ...run.binned.filter((each) => each !== null),
  ]);
  for (const elements of repeated(borne)) wrong.push(`two packs bear ${JSON.stringify(elements)}`);
  const labels = runs.flatMap((run) => [...run.cases, ...run.pallets].map(({ sscc }) => sscc));
  for (const sscc of repeated(labels)) wrong.push(`two containers bear ${sscc}`);
  for (const number of repeated(site.numbers.map(({ level, number }) => `${level} ${number}`)))
    wrong.push(`the site holds ${number} twice`);
  const commissionings = companies["enterprise-maker"].documents.flatMap(({ events }) =>
    events.flatMap((event) =>
      event.type === "ObjectEvent" && event.action === "ADD" ? (event.epcList ?? []).map(canonicalId) : [],
    ),
  );
  for (const id of repeated(commissionings)) wrong.push(`level 4 was told twice that ${id} was commissioned`);
  return wrong;
}
