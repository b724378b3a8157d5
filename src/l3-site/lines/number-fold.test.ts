import { describe, expect, test } from "vitest";
import type { JournalBody, JournalEntry } from "../../contract/journal.ts";
import { journalOf, packBatch } from "../../../test/support/packed-batch.ts";
import { exampleOrder, exampleRun, foldJournal } from "../../../test/support/site-orders.ts";

const order = exampleOrder({ quantity: 12 });
const run = exampleRun(order, { pack: 30, case: 10, pallet: 8 });
const mishaps = { misread: (n: number) => n === 2, takenOut: (n: number) => n === 4 };
const clean = packBatch(run, 1_000, mishaps);
const bodies = clean.map(({ body }) => body);

function rulesOf(changed: readonly JournalBody[]): string[] {
  const entries = journalOf(
    run.runId,
    changed.map((body, index) => ({ at: 1_000 + index, body })),
  );
  return [...new Set(foldJournal(order, run, entries).findings.map(({ rule }) => rule))];
}

const indexOf = (holds: (body: JournalBody) => boolean, nth = 0) =>
  bodies.flatMap((body, index) => (holds(body) ? [index] : []))[nth] as number;
const without = (index: number) => bodies.toSpliced(index, 1);
const before = (index: number, ...more: JournalBody[]) => bodies.toSpliced(index, 0, ...more);
const instead = (index: number, change: object) => bodies.with(index, { ...bodies[index], ...change } as JournalBody);

const sent = indexOf((body) => body.kind === "number-sent");
const encoded = indexOf((body) => body.kind === "number-moved" && body.to === "Encoded");
const accepted = indexOf((body) => body.kind === "verdict" && body.verdict === "accept");
const commissioned = indexOf(
  (body) => body.kind === "number-moved" && body.level === "pack" && body.to === "Commissioned",
);
const cased = indexOf((body) => body.kind === "aggregated" && body.level === "case");
const casedAgain = indexOf((body) => body.kind === "aggregated" && body.level === "case", 1);
const palletised = indexOf((body) => body.kind === "aggregated" && body.level === "pallet");
const firstCase = bodies[cased] as Extract<JournalBody, { kind: "aggregated" }>;
const [child = ""] = firstCase.children;
const foreign = { level: "pack", number: "FOREIGN" } as const;
const move = (from: string, to: string, cause: string, number = child): JournalBody =>
  ({ kind: "number-moved", level: "pack", number, from, to, cause }) as JournalBody;

describe("a journal held against the rules", () => {
  test("is clean when the line did everything right", () => {
    expect(rulesOf(bodies)).toEqual([]);
  });

  // One altered twin for each way to be wrong.
  test.each<[string, readonly JournalBody[], string]>([
    [
      "a number that is not of the block",
      before(sent, { kind: "number-sent", ...foreign, seq: 99, device: "packPrinter" }),
      "number.foreign",
    ],
    [
      "an accepted pack that is not of the block",
      before(accepted, { kind: "verdict", trackingId: 99, expected: "FOREIGN", verdict: "accept" }),
      "number.foreign",
    ],
    ["a number printed for two packs", before(encoded, bodies[sent] as JournalBody), "number.repeated"],
    ["a number encoded without having been sent", without(sent), "number.state"],
    ["a number commissioned without having been encoded", without(encoded), "number.state"],
    ["a pack commissioned without a verdict", without(accepted), "number.unread"],
    ["a pack commissioned twice", before(commissioned + 1, bodies[commissioned] as JournalBody), "number.state"],
    [
      "a destroyed pack that comes back",
      [
        ...bodies.slice(0, -1),
        move("Commissioned", "Destroyed", "destroyed"),
        move("Destroyed", "Commissioned", "verified-and-accepted"),
        bodies.at(-1) as JournalBody,
      ],
      "number.state",
    ],
    [
      "a move that the table does not have",
      before(
        commissioned + 1,
        move("Commissioned", "Encoded", "print-confirmed", (bodies[commissioned] as { number: string }).number),
      ),
      "number.state",
    ],
    ["a cause that the move cannot have", instead(commissioned, { cause: "because" }), "number.state"],
    [
      "a sample taken out of a closed case",
      before(cased + 1, move("Commissioned", "Sampled", "in-process-control")),
      "number.ended-inside",
    ],
    ["a child with two parents", instead(casedAgain, { children: firstCase.children }), "container.two-parents"],
    [
      "a rejected pack inside a case",
      instead(cased, { children: [...firstCase.children.slice(1), "S000002"] }),
      "container.foreign-child",
    ],
    ["a case closed twice", before(cased + 1, firstCase), "container.closed-twice"],
    ["a full case that lacks one", instead(cased, { children: firstCase.children.slice(1) }), "container.count"],
    ["a case with nothing in it", instead(cased, { children: [], partial: true }), "container.count"],
    [
      "a case with more than fit",
      instead(casedAgain, { children: [...firstCase.children, "S000001"] }),
      "container.count",
    ],
    [
      "a pallet closed before its label was proved",
      bodies.toSpliced(palletised, 1).toSpliced(palletised - 1, 0, bodies[palletised] as JournalBody),
      "number.state",
    ],
    [
      "a pack that leaves a case it is not in",
      before(palletised, {
        kind: "disaggregated",
        level: "case",
        parent: firstCase.parent,
        children: ["S000002"],
        cause: "opened",
      }),
      "container.not-inside",
    ],
    ["another lot than the order's", instead(0, { lot: "LOT-2" }), "order.differs"],
    ["another recipe than the order's", instead(0, { recipeVersion: 2 }), "order.differs"],
    ["a block of another size", instead(0, { allocated: { pack: 29, case: 10, pallet: 8 } }), "order.differs"],
  ])("finds %s", (_, changed, rule) => {
    expect(rulesOf(changed)).toContain(rule);
  });

  test("finds entries that go back in time", () => {
    const entries: JournalEntry[] = journalOf(
      run.runId,
      clean.map((draft, index) => (index === 5 ? { ...draft, at: 10 } : draft)),
    );
    expect(foldJournal(order, run, entries).findings.map(({ rule, severity }) => [rule, severity])).toEqual([
      ["time.order", "warning"],
    ]);
  });

  test("lets a pack leave an opened case and stand in another", () => {
    const [opened, ...rest] = firstCase.children;
    const twin = before(
      palletised,
      { kind: "disaggregated", level: "case", parent: firstCase.parent, children: [opened ?? ""], cause: "opened" },
      move("Commissioned", "Sampled", "retention-sample", opened),
    );
    expect(rest.length).toBeGreaterThan(0);
    expect(rulesOf(twin)).toEqual([]);
  });
});
