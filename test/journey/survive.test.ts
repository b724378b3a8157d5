import { expect, test } from "vitest";
import { runRound } from "../../scripts/survive/round.ts";
import { fewBlows } from "../../scripts/survive/schedule.ts";

// A small round of `npm run survive`: real processes, a real PostgreSQL that waits for the disk, real kills.

// Somebody else's PostgreSQL is neither killed nor taken away.
test.skipIf(process.env["DATABASE_URL"])(
  "[REQ-KILL-04] a batch goes from the printer to the patient while its levels and PostgreSQL are killed with -9",
  { timeout: 240_000 },
  async () => {
    const told: string[] = [];
    const round = await runRound({
      seed: 11,
      packs: 60,
      market: "us",
      blows: fewBlows(11),
      tell: (line) => void told.push(line),
    });
    expect(new Set(round.kills.map(({ target }) => target)).size, told.join("\n")).toBe(6);
    expect(round).toMatchObject({ good: 60, unaccounted: 0, lost: [], twice: [], violations: [] });
    expect(round.acknowledged, "the witness saw the people at work").toBeGreaterThan(40);
  },
);
