import type { Finding } from "../../../src/kernel/epcis/check/finding.ts";

/** Whose rules a finding is of: the official schemas', the standards' text, or the profile's. */
export const tiers = ["structure", "meaning", "profile"] as const;
export type Tier = (typeof tiers)[number];

export const tierWords: Readonly<Record<Tier, readonly [title: string, below: string]>> = {
  structure: ["Structure", "what the official schemas of EPCIS ask for"],
  meaning: ["Meaning", "what the text of EPCIS and the CBV asks for"],
  profile: ["Profile", "what trading partners under DSCSA ask for"],
};

/** What no schema can see. Everything else of EPCIS is structure. */
export const meaningCodes: ReadonlySet<string> = new Set(
  "class-as-instance correction-of-nothing duplicate-epc duplicate-event-id event-after-document instance-as-class malformed-epc negative-quantity nothing-observed own-child parent-missing record-time-supplied sensor-said-twice sensor-time-after-event sensor-times-reversed sensor-untyped unknown-cbv-word unusual-action web-word"
    .split(" ")
    .map((reason) => `epcis.${reason}`),
);

export function tierOf(code: string): Tier {
  if (code.startsWith("dscsa.")) return "profile";
  return meaningCodes.has(code) ? "meaning" : "structure";
}

export type FindingGroup<F extends Finding> = {
  readonly code: string;
  readonly severity: Finding["severity"];
  readonly findings: readonly F[];
};

/** Findings of one tier by their code, errors first, each in the document's order. */
export function groupsOf<F extends Finding>(findings: readonly F[], tier: Tier): readonly FindingGroup<F>[] {
  const groups = new Map<string, F[]>();
  for (const finding of findings) {
    if (tierOf(finding.code) !== tier) continue;
    const key = `${finding.severity} ${finding.code}`;
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups.values()].map((group) => ({
    code: group[0]?.code ?? "",
    severity: group[0]?.severity ?? "error",
    findings: group,
  }));
}
