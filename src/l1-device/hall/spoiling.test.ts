import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decode } from "../dataman/decode.ts";
import { checkText } from "../dataman/text-check.ts";
import { drawText } from "../raster/font.ts";
import { packLayout } from "../raster/layout.ts";
import { blankPicture, copyPicture } from "../raster/picture.ts";
import { dice } from "../raster/random.ts";
import { drawDataMatrix, fnc1 } from "../raster/symbol.ts";
import { beltLimits, beltPlaces, gatePlace, openBelt, type BeltStation } from "./belt.ts";
import { newWorld } from "./world.ts";
import { photograph, skew } from "./pictures.ts";
import { noSpoiling, spoilPicture, spoilPlan, usualSpoiling, type SpoilKind } from "./spoiling.ts";

const seed = fc.nat(2 ** 31 - 1);

describe("the plan", () => {
  test("is the same for the same seed and run, and spoils one of the packs 3 to 10 for certain", () => {
    fc.assert(
      fc.property(seed, fc.nat(50), (number, run) => {
        const kinds = (plan = spoilPlan(number, run, usualSpoiling)) =>
          Array.from({ length: 40 }, (_, i) => plan.pack(i + 1));
        expect(kinds()).toEqual(kinds());
        expect(
          kinds()
            .slice(2, 10)
            .some((kind) => kind === "blank" || kind === "unreadable"),
        ).toBe(true);
      }),
    );
  });

  test("without rates it spoils nothing, and a label is unreadable at most once", () => {
    fc.assert(
      fc.property(seed, fc.nat(5000), (number, index) => {
        expect(spoilPlan(number, 1, noSpoiling).pack(index)).toBeUndefined();
        expect(spoilPlan(number, 1, { ...usualSpoiling, caseLabel: 1000 }).label(index, 1)).toBe(false);
      }),
    );
  });
});

describe("what a camera makes of it", () => {
  const panel = blankPicture(packLayout.width, packLayout.height);
  drawDataMatrix(
    panel,
    `${fnc1}010401234567890121SERIAL1${fnc1}1729053110LOT7`,
    packLayout.symbolLeft,
    packLayout.symbolTop,
    packLayout.moduleDots,
  );
  const lines = ["(01)04012345678901", "(21)SERIAL1", "(17)290531", "(10)LOT7"];
  lines.forEach((line, i) =>
    drawText(panel, line, packLayout.symbolLeft, packLayout.textTop + i * packLayout.textPitch, packLayout.textScale),
  );

  /** Of twelve pictures: not read, read with a grade under 1.5, text refused; a good pack is none of them. */
  async function verdicts(kind: SpoilKind | undefined): Promise<number> {
    let refused = 0;
    for (let n = 1; n <= 12; n++) {
      const copy = copyPicture(panel);
      if (kind) spoilPicture(copy, kind, dice(n));
      const seen = photograph(copy, skew.pack, dice(n, 1));
      const [found] = await decode(seen, { symbol: "gs1-datamatrix", symbolsMax: 1 });
      if (!found || found.grade < 1.5 || !checkText(seen, found, lines).matched) refused++;
    }
    return refused;
  }

  test.each([
    ["blank"],
    ["unreadable"],
    ["damaged-after-gate"],
    ["wrong-text"],
    ["low-contrast"],
    ["missing-modules"],
    ["smear"],
  ] as const)("%s is refused", async (kind) => {
    expect(await verdicts(kind)).toBe(12);
  });

  test("a good print passes", async () => {
    expect(await verdicts(undefined)).toBe(0);
  });
});

describe("the belt", () => {
  function belt(gate: number) {
    const seen: string[] = [];
    let open = true;
    const station: BeltStation = {
      mayEnter: () => open,
      atHead: (pack, before) => void seen.push(`head ${pack.trackingId} after ${before?.trackingId ?? "-"}`),
      atCamera: (pack) => void seen.push(`camera ${pack.trackingId}`),
      atGate: (pack) => seen.push(`gate ${pack.trackingId}`) > 0,
      missingAtGate: (trackingId) => void seen.push(`missing ${trackingId}`),
    };
    const opened = openBelt(newWorld(), station, gate);
    opened.setInfeed(true);
    return { belt: opened, seen, hold: (on: boolean) => (open = !on) };
  }

  test("packs pass head, camera and gate in order, each once", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: beltLimits.gateMin, max: 20 }),
        fc.array(fc.boolean(), { maxLength: 60 }),
        (gate, holds) => {
          const { belt: here, seen, hold } = belt(gate);
          for (const held of holds) {
            hold(held);
            here.step();
          }
          here.setInfeed(false);
          for (let i = 0; i <= gate; i++) here.step();
          const ids = (what: string) =>
            seen.filter((entry) => entry.startsWith(what)).map((entry) => Number(entry.split(" ")[1]));
          const all = Array.from({ length: holds.filter((held) => !held).length }, (_, i) => i + 1);
          expect([ids("head"), ids("camera"), ids("gate")]).toEqual([all, all, all]);
          expect(here.packs()).toEqual([]);
        },
      ),
    );
  });

  test("a pack that was taken off is missing at the gate, and the ones around it are not", () => {
    const { belt: here, seen } = belt(6);
    for (let i = 0; i < 4; i++) here.step();
    expect(here.remove(2)?.trackingId).toBe(2);
    expect(here.remove(2)).toBeUndefined();
    here.setInfeed(false);
    for (let i = 0; i < 8; i++) here.step();
    expect(seen.filter((entry) => /gate|missing/.test(entry))).toEqual(["gate 1", "missing 2", "gate 3", "gate 4"]);
  });

  test("a gate moved nearer loses no pack", () => {
    const { belt: here, seen } = belt(20);
    for (let i = 0; i < 15; i++) here.step();
    here.setGate(6);
    here.setInfeed(false);
    for (let i = 0; i < 20; i++) here.step();
    expect(seen.filter((entry) => entry.startsWith("gate"))).toHaveLength(15);
  });

  test.each([
    [600, 700, beltPlaces.camera + 7],
    [1500, 700, beltPlaces.camera + 18],
    [1, 700, beltLimits.gateMin],
    [6000, 5000, beltLimits.gateMax],
  ])("at %i packs a minute and %i ms the gate is at place %i", (pace, delay, place) => {
    expect(gatePlace(pace, delay)).toBe(place);
  });
});
