import bwipjs from "bwip-js/node";
import { lineApi, type RunView } from "../../src/contract/line-api.ts";
import { signatureMeanings } from "../../src/contract/signature-meanings.ts";
import { lineRefusals } from "../../src/contract/refusals/line.ts";
import { ok, refuse, type Result } from "../../src/kernel/base/result.ts";
import { answerBytes } from "../../src/runtime/http/answer.ts";
import type { FakeParts } from "./fake-level.ts";

const title = (code: keyof typeof lineRefusals) => lineRefusals[code].title;
const counts = {
  allocated: 2200,
  sent: 0,
  encoded: 17,
  commissioned: 1284,
  invalid: 2,
  labelSampled: 0,
  labelScrapped: 0,
  sampled: 0,
  destroyed: 0,
  inactive: 0,
};

/** The run on the fake line; tests move it. */
export type FakeLine = { run: RunView; idle(): void };

function commandsOf(run: Pick<RunView, "state" | "lineCleared" | "binCounted" | "bin">): RunView["commands"] {
  const only = (states: readonly string[], reason: string | null = null) =>
    states.includes(run.state) ? reason : title("line.state");
  return {
    clearLine: only(["Idle"], run.lineCleared ? title("line.cleared") : null),
    start: only(["Idle"], run.lineCleared ? null : title("line.not-cleared")),
    hold: only(["Execute"]),
    unhold: only(["Held"]),
    complete: only(["Execute", "Held"]),
    abort: only(["Execute", "Held"]),
    countBin: only(["Held", "Complete"]),
    writeOffMissing: only(["Complete"], isShort(run) ? null : title("line.nothing-missing")),
    dispose: only(["Held", "Complete"], binReason(run)),
    sample: only(["Held"]),
  };
}

type Counted = Pick<RunView, "binCounted" | "bin">;

const isShort = ({ bin }: Counted) => bin !== undefined && bin.counted < bin.expected;

function binReason(run: Counted): string | null {
  if (run.binCounted === null) return title("line.bin-not-counted");
  return isShort(run) ? title("line.bin-mismatch") : null;
}

function runOf(now: number): RunView {
  const causes = [
    "no-read",
    undefined,
    undefined,
    "low-grade",
    undefined,
    undefined,
    undefined,
    "text-mismatch",
  ] as const;
  const state = { state: "Execute" as const, lineCleared: true, binCounted: null };
  return {
    ...state,
    runId: "018f1000-0000-7000-8000-000000000001",
    workOrderId: "018f2000-0000-7000-8000-000000000001",
    owner: "9521234000006",
    market: "eu",
    gtin: "09521234543213",
    productName: "Auroxin 20 mg, 30 tablets",
    lot: "L2611A",
    expiry: "281100",
    quantity: 2000,
    counts: {
      pack: counts,
      case: { ...counts, allocated: 60, commissioned: 53 },
      pallet: { ...counts, allocated: 6, commissioned: 5 },
    },
    good: 1284,
    packed: 1272,
    rejects: { printVerify: 15, downstream: 2 },
    cases: 53,
    pallets: 5,
    alarms: [
      { code: "case-camera-away", detail: "No link to the case camera; the packer waits.", since: now - 95_000 },
    ],
    lastVerdicts: causes.map((cause, index) => ({
      trackingId: 1301 - index,
      at: now - index * 520,
      verdict: cause === undefined ? ("accept" as const) : ("reject" as const),
      ...(cause === undefined ? {} : { cause }),
      number: cause === "no-read" ? null : `A7K2M${9000 + index}QX`,
      imageId: `image-${1301 - index}`,
    })),
    commands: commandsOf(state),
    startedAt: now - 700_000,
    completedAt: null,
    packsPerMinute: 118,
  };
}

export function registerLine({ server, sessions, clock }: FakeParts): FakeLine {
  const line: FakeLine = {
    run: runOf(clock.now()),
    idle: () =>
      move({
        state: "Idle",
        lineCleared: false,
        alarms: [],
        lastVerdicts: [],
        good: 0,
        packed: 0,
        cases: 0,
        pallets: 0,
        rejects: { printVerify: 0, downstream: 0 },
        startedAt: null,
      }),
  };
  const move = (change: Partial<RunView>): Result<RunView> => {
    const run = { ...line.run, ...change };
    line.run = { ...run, commands: commandsOf(run) };
    return ok(line.run);
  };
  server.route(lineApi.runs, () => [line.run]);
  server.route(lineApi.run, () => line.run);
  server.route(lineApi.start, () =>
    line.run.lineCleared ? move({ state: "Execute", startedAt: clock.now() }) : refuse("line.not-cleared"),
  );
  server.route(lineApi.hold, () => move({ state: "Held" }));
  server.route(lineApi.unhold, () => move({ state: "Execute" }));
  server.route(lineApi.complete, () => move({ state: "Complete", completedAt: clock.now() }));
  server.route(lineApi.abort, () => move({ state: "Aborted", completedAt: clock.now() }));
  server.route(lineApi.countBin, ({ body: { counted } }) => {
    const { printVerify, downstream } = line.run.rejects;
    return move({ binCounted: counted, bin: { expected: printVerify + downstream, counted, writtenOff: 0 } });
  });
  server.route(lineApi.writeOffMissing, ({ body }) => {
    const first = sessions.sign(body.performed, signatureMeanings.writeOffPerformed);
    if (!first.ok) return first;
    const second = sessions.sign(body.witnessed, signatureMeanings.writeOffWitnessed, body.performed.userName);
    const counted = body.found.length + body.unnumbered;
    return second.ok ? move({ bin: { expected: counted, counted, writtenOff: body.missing } }) : second;
  });
  server.route(lineApi.clearLine, ({ body }) => {
    const first = sessions.sign(body.performed, signatureMeanings.clearancePerformed);
    if (!first.ok) return first;
    const second = sessions.sign(body.verified, signatureMeanings.clearanceVerified, body.performed.userName);
    return second.ok ? move({ lineCleared: true }) : second;
  });
  server.route(lineApi.dispose, ({ body }) => {
    const first = sessions.sign(body.performed, signatureMeanings.dispositionPerformed);
    if (!first.ok) return first;
    const second = sessions.sign(body.witnessed, signatureMeanings.dispositionWitnessed, body.performed.userName);
    return second.ok ? move({ rejects: { printVerify: 0, downstream: 0 } }) : second;
  });
  server.route(lineApi.sample, ({ body }) =>
    body.serial === "UNKNOWN" ? refuse("line.number-unknown") : ok(line.run),
  );
  server.route(lineApi.numbers, ({ query }) =>
    Array.from({ length: 20 }, (_, index) => ({
      number: query.level === "pack" ? `A7K2M${9000 + index}QX` : `0952123400000${1000 + index}`.slice(0, 18),
      state: query.state ?? ("Commissioned" as const),
      parent: index < 12 ? "095212340000010845" : null,
    })),
  );
  server.route(lineApi.image, async ({ params }) => {
    if (params.imageId === "image-1294") return refuse("line.image-gone", "imageId");
    const picture = await bwipjs.toBuffer({
      bcid: "gs1datamatrix",
      text: `(01)09521234543213(21)${params.imageId.replace("image-", "A7K2M9")}(17)281100(10)L2611A`,
      scale: 2,
      padding: 6,
      backgroundcolor: "ffffff",
    });
    return answerBytes(new Uint8Array(picture), "image/png");
  });
  return line;
}
