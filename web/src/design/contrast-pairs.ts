/** Text of any size wants 4.5:1 here (WCAG 2.2, 1.4.3); what only outlines or marks wants 3:1 (1.4.11). */
const text = 4.5;
const mark = 3;

export type Pair = { readonly front: string; readonly back: string; readonly least: number };

const grounds = ["canvas", "surface", "sunken", "raised", "hover"] as const;
const inks = ["text", "muted", "faint", "accent-text", "good-text", "warn-text", "bad-text", "simulated-text"] as const;
const tones = ["accent", "good", "warn", "bad", "simulated"] as const;

/** Which token stands on which: everything that the pages combine. */
export const contrastPairs: readonly Pair[] = [
  ...grounds.flatMap((back) => inks.map((front) => ({ front, back, least: text }))),
  ...tones.map((tone) => ({ front: `on-${tone}`, back: tone, least: text })),
  ...tones.map((tone) => ({ front: `${tone}-text`, back: `${tone}-soft`, least: text })),
  ...tones.map((tone) => ({ front: "text", back: `${tone}-soft`, least: text })),
  ...tones.map((tone) => ({ front: "muted", back: `${tone}-soft`, least: text })),
  { front: "on-accent", back: "accent-hover", least: text },
  { front: "on-bad", back: "bad-hover", least: text },
  ...grounds.map((back) => ({ front: "edge", back, least: mark })),
  ...[...grounds, ...tones.map((tone) => `${tone}-soft`)].map((back) => ({ front: "focus", back, least: mark })),
];
