import { describe, expect, test } from "vitest";
import {
  bareGs1Word,
  bareWord,
  gs1WordCurie,
  gs1WordUri,
  MEASUREMENT_TYPES,
  type VocabularyName,
  VOCABULARIES,
  wordUri,
  wordUrn,
} from "./vocabulary.ts";

const counts: Readonly<Record<VocabularyName, number>> = {
  bizStep: 41,
  disposition: 33,
  bizTransactionType: 13,
  sourceDestType: 3,
  errorReason: 2,
  component: 14,
};

describe("EPCIS-17 the words of the CBV", () => {
  test.each(Object.entries(counts) as [VocabularyName, number][])(
    "%s has %i, each in three spellings",
    (name, count) => {
      const { words } = VOCABULARIES[name];
      expect(words.size).toBe(count);
      for (const word of words) {
        const curie = wordUri(name, word).replace("https://ref.gs1.org/cbv/", "cbv:");
        for (const spelled of [word, wordUrn(name, word), wordUri(name, word), curie])
          expect(bareWord(name, spelled)).toBe(word);
      }
    },
  );

  test.each([
    "urn:epcglobal:cbv:bizstep:shiping",
    "https://example.com/step",
    "urn:epcglobal:cbv:disp:active",
    "Shipping",
  ])("%s is left as it is", (text) => {
    expect(bareWord("bizStep", text)).toBe(text);
    expect(wordUrn("bizStep", text)).toBe(text);
    expect(wordUri("bizStep", text)).toBe(text);
  });

  test.each([
    "gs1:Temperature",
    "https://gs1.org/voc/Temperature",
    "https://ref.gs1.org/voc/Temperature",
    "https://www.gs1.org/voc/Temperature",
    "Temperature",
  ])("%s is a measurement", (text) => {
    expect(MEASUREMENT_TYPES.size).toBe(72);
    expect(bareGs1Word(text, MEASUREMENT_TYPES)).toBe("Temperature");
    expect([gs1WordCurie("Temperature", MEASUREMENT_TYPES), gs1WordUri("Temperature", MEASUREMENT_TYPES)]).toEqual([
      "gs1:Temperature",
      "https://gs1.org/voc/Temperature",
    ]);
  });
});
