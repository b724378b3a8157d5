import type { LineModel } from "./line-devices.ts";
import type { World } from "./line-world.ts";
import { packCode } from "../../src/l2-line/run/verdict.ts";
import { levels, type Run, stateCount } from "../../src/l2-line/run/run.ts";

/** What does not hold after a run that was closed: sentences, none when all is well. ARCHITECTURE.md, invariants 1 to 3. */
export function violations(world: World, run: Run): string[] {
  return [...ofNumbers(world, run), ...ofBalance(run), ...ofHierarchy(world.model, run), ...ofCounters(world, run)];
}

function ofNumbers(world: World, run: Run): string[] {
  const wrong: string[] = [];
  const sent = new Set<string>();
  const commissioned = new Set<string>();
  for (const { body } of world.journal) {
    if (body.kind === "number-sent") {
      if (sent.has(body.number)) wrong.push(`${body.number} was sent twice`);
      sent.add(body.number);
    }
    if (body.kind === "number-moved" && body.to === "Commissioned") {
      if (commissioned.has(body.number)) wrong.push(`${body.number} was commissioned twice`);
      if (!sent.has(body.number)) wrong.push(`${body.number} was commissioned without being sent`);
      commissioned.add(body.number);
    }
  }
  const good = world.model
    .truth()
    .cases.filter(({ state }) => state === "closed")
    .flatMap(({ packs }) => packs);
  const serials = good.map((pack) => packCode(pack.elements ?? "")?.serial ?? "none");
  if (new Set(serials).size !== serials.length) wrong.push("two packs in closed cases bear the same number");
  for (const serial of serials) {
    if (run.numbers.pack.get(serial)?.state !== "Commissioned")
      wrong.push(`${serial} is in a case and ${run.numbers.pack.get(serial)?.state}`);
  }
  return wrong;
}

function ofBalance(run: Run): string[] {
  const wrong: string[] = [];
  for (const level of levels) {
    const count = (state: Parameters<typeof stateCount>[2]) => stateCount(run, level, state);
    const allocated = run.numbers[level].size;
    const ever = ["Commissioned", "Sampled", "Destroyed", "Inactive"] as const;
    const sum =
      count("Allocated") +
      count("SNInvalid") +
      count("LabelSampled") +
      count("LabelScrapped") +
      ever.reduce((total, state) => total + count(state), 0);
    if (sum !== allocated) wrong.push(`${level}: ${allocated} allocated, ${sum} accounted for`);
    if (count("Encoded") !== 0) wrong.push(`${level}: ${count("Encoded")} are still encoded`);
    for (const [number, record] of run.numbers[level]) {
      if (record.state === "Allocated" && record.seq > 0) wrong.push(`${number} was sent and is still allocated`);
    }
  }
  return wrong;
}

function ofHierarchy(model: LineModel, run: Run): string[] {
  const wrong: string[] = [];
  for (const container of model.truth().cases) {
    if (container.state !== "closed" || container.packs.length === 0) continue;
    const sscc = container.label?.slice(2) ?? "none";
    if (run.numbers.case.get(sscc)?.state !== "Commissioned")
      wrong.push(`case ${container.index} bears ${sscc}, which is ${run.numbers.case.get(sscc)?.state}`);
    for (const pack of container.packs) {
      const serial = packCode(pack.elements ?? "")?.serial ?? "none";
      if (run.numbers.pack.get(serial)?.parent !== sscc)
        wrong.push(`${serial} is in ${sscc} and on record in ${run.numbers.pack.get(serial)?.parent}`);
    }
    const children = [...run.numbers.pack.values()].filter(({ parent }) => parent === sscc).length;
    if (children !== container.packs.length)
      wrong.push(`${sscc} holds ${container.packs.length}, on record ${children}`);
  }
  for (const pallet of model.truth().pallets) {
    const sscc = pallet.label?.slice(2) ?? "none";
    for (const container of pallet.cases) {
      const parent = run.numbers.case.get(container.label?.slice(2) ?? "")?.parent;
      if (pallet.state === "closed" && parent !== sscc)
        wrong.push(`case ${container.index} is on ${sscc} and on record on ${parent}`);
    }
  }
  for (const [number, record] of run.numbers.pack) {
    if (record.parent !== null && record.state !== "Commissioned")
      wrong.push(`${number} is ${record.state} inside ${record.parent}`);
  }
  return wrong;
}

function ofCounters(world: World, run: Run): string[] {
  const wrong: string[] = [];
  const same = (what: string, machine: number, journal: number) => {
    if (machine !== journal) wrong.push(`${what}: the machine counted ${machine}, the journal says ${journal}`);
  };
  const entry = world.journal.findLast(({ body }) => body.kind === "counters")?.body;
  if (entry?.kind !== "counters") return ["no counters were read"];
  same("prints", entry.printed.pack, run.encoded.pack);
  same("case labels", entry.printed.case, run.encoded.case);
  same("packs that came in", entry.conveyor.infeed, run.gate.accepted + run.gate.rejected + packsLost(world));
  same("gate accepted", entry.conveyor.accepted, run.gate.accepted);
  same("gate rejected", entry.conveyor.rejected, run.gate.rejected);
  same("taken out of cases", entry.conveyor.downstreamRejected, run.rejects.downstream);
  // Of a pack that was taken from the belt nobody knows whether that was before the camera or after it.
  const verdicts = run.verdicts.accept + run.verdicts.reject;
  if (Math.abs(entry.pictures.pack - verdicts) > packsLost(world)) same("pictures", entry.pictures.pack, verdicts);
  same("cases", entry.conveyor.cases, stateCount(run, "case", "Commissioned"));
  same("pallets", entry.conveyor.pallets, stateCount(run, "pallet", "Commissioned"));
  return wrong;
}

/** Packs that never came to the gate, as the journal tells. */
function packsLost({ journal }: World): number {
  return journal.filter(
    ({ body }) =>
      (body.kind === "pack-lost" && body.stage === "print-verify") ||
      (body.kind === "number-moved" && body.to === "SNInvalid" && body.trackingId !== undefined),
  ).length;
}
