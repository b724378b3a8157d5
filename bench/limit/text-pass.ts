import { timeCalls } from "../harness.ts";

// No parser can judge a text without looking at each of its characters, and none can hand over parts of it without
// making them. One pass of a table look-up per character code, and the parts cut out, is that and nothing more.

const classes = new Uint8Array(128).fill(1);

/** Texts a second that a bare pass does; `cuts` are the offsets between which each text is cut out. */
export async function textPassRate(texts: readonly string[], cuts: readonly number[]): Promise<number> {
  let seen = 0;
  const pass = () => {
    for (const text of texts) {
      for (let i = 0; i < text.length; i++) seen += classes[text.charCodeAt(i)] ?? 0;
      for (let c = 1; c < cuts.length; c++) seen += text.slice(cuts[c - 1], cuts[c]).length;
    }
    return seen;
  };
  const timed = await timeCalls({ calls: 200, unitsPerCall: texts.length, warmupCalls: 200, call: pass });
  return (texts.length * 1_000) / timed.p50Ms;
}
