import type { Tone } from "../design/tag.tsx";
import { plainWords } from "../words/reason-text.ts";

/** `https://ref.gs1.org/cbv/BizStep-commissioning`, `urn:epcglobal:cbv:disp:active` and `active` alike: the word itself. */
export function cbvWord(name: string): string {
  return plainWords(
    /^(?:https?:|urn:)/.test(name) ? (/(?:[:/]|(?:BizStep|Disp)-)([A-Za-z_-]+)$/.exec(name)?.[1] ?? name) : name,
  );
}

const tones: Readonly<Record<string, Tone>> = {
  active: "good",
  "in progress": "good",
  "in transit": "info",
  "retail sold": "good",
  dispensed: "good",
  "sellable accessible": "good",
  "sellable not accessible": "good",
  destroyed: "bad",
  inactive: "bad",
  stolen: "bad",
  recalled: "bad",
  "non sellable other": "warn",
  "needs replacement": "warn",
  damaged: "warn",
  expired: "warn",
};

export function dispositionTone(disposition: string): Tone {
  return tones[cbvWord(disposition)] ?? "idle";
}
