import { describe, expect, test } from "vitest";
import { inputAt, inputsOf, type Leg, runLeg, tallyHash } from "./campaign.ts";
import { targets as broken } from "./fixtures/broken-targets.ts";
import { fuzz } from "./pool.ts";
import { accepted } from "./target.ts";
import { targets } from "./targets.ts";

/** Inputs of every parser in `npm test`; `npm run fuzz` takes ten million. */
const count = 1_500;
const seed = 20;

describe("every parser, mutated inputs [REQ-DOC-05]", () => {
  test.each(targets.map((target) => [target.name, target] as const))("%s", (_, target) => {
    const { tally, found } = runLeg(target, seed, 0, count, () => undefined);
    expect(found).toBeUndefined();
    expect(inputsOf(tally).inputs).toBe(count);
    expect(Object.keys(tally).length, "more than one answer").toBeGreaterThan(1);
  });

  test.each(targets.map((target) => [target.name, target] as const))(
    "%s takes its own seeds, but for those that are wrong on purpose",
    (_, target) => {
      const answers = target.seeds.map((text) => target.attempt(text));
      expect(answers.filter((answer) => answer === accepted || answer === "command").length).toBeGreaterThan(0);
    },
  );

  test("has no two of one name", () => {
    expect(new Set(targets.map(({ name }) => name)).size).toBe(targets.length);
  });
});

describe("the fuzzer itself", () => {
  const target = (name: string) => broken.find((one) => one.name === name) as (typeof broken)[number];
  const run = (name: string) => runLeg(target(name), 1, 0, 5_000, () => undefined);

  test("finds what throws, and says with how little", () => {
    const { found } = run("throws");
    expect(found).toMatchObject({ target: "throws", smallest: "!" });
    expect(found?.rule).toMatch(/^throws TypeError: an exclamation mark/);
    expect(inputAt(target("throws"), 1, found?.index ?? -1)).toBe(found?.input);
  });

  test("finds what answers wrongly", () => {
    expect(run("lies").found).toMatchObject({ smallest: "zz" });
  });

  test("finds what changes the world for all who come after", () => {
    const { found } = run("pollutes");
    Reflect.deleteProperty(Object.prototype, "polluted");
    expect(found?.rule).toBe("a prototype has gained polluted");
  });

  test("gives an input again by its number", () => {
    for (const one of targets) {
      for (let index = 0; index < 200; index++) {
        const input = inputAt(one, seed, index);
        expect(inputAt(one, seed, index)).toBe(input);
      }
    }
  });

  const module = new URL("fixtures/broken-targets.ts", import.meta.url);

  test("stops what does not end, and goes on with the others", async () => {
    const results = await fuzz(["hangs", "sound"], { seed: 1, count: 2_000, workers: 1, module, inputMsMax: 1_500 });
    expect(results.get("hangs")?.found?.rule).toBe("one input takes longer than the bound");
    expect(results.get("sound")).toEqual({ tally: { [accepted]: 2_000 } });
  });

  test("says the same whether one thread works or two", async () => {
    const own = new URL("targets.ts", import.meta.url);
    const hashes = async (workers: number) => {
      const results = await fuzz(["gs1.epc"], { seed: 7, count: 60_000, workers, module: own });
      return tallyHash((results.get("gs1.epc") as Leg).tally);
    };
    expect(await hashes(1)).toBe(await hashes(2));
  });
});
