import type { Flow, LevelName } from "../../../src/contract/common-api.ts";
import { Icon } from "../design/icon.tsx";
import { Tag } from "../design/tag.tsx";
import { countText } from "../words/number-text.ts";
import { agoText } from "../words/time-text.tsx";
import { mergeFlows, type Seam } from "./landscape.ts";

/** A flow that moved this lately is drawn moving. */
const movingMs = 15_000;

/** What flows between two levels: arrows down and up, each with what waits and when the last one passed. */
export function SeamPicture({
  upper,
  lower,
  seam,
  now,
}: {
  readonly upper: LevelName;
  readonly lower: LevelName;
  readonly seam: Seam;
  readonly now: number;
}) {
  const flows = [
    ...mergeFlows(seam.down).map((flow) => ({ flow, way: "down" as const })),
    ...mergeFlows(seam.up).map((flow) => ({ flow, way: "up" as const })),
  ];
  return (
    <ul
      aria-label={`Between ${upper} and ${lower}`}
      className="flex min-h-11 flex-wrap items-stretch gap-x-6 gap-y-1 py-1 pl-4 sm:pl-[10.5rem]"
    >
      {flows.length === 0 && <li className="self-center text-[0.85rem] text-faint">no flow seen from here</li>}
      {flows.map(({ flow, way }) => (
        <FlowArrow key={`${way} ${flow.what}`} flow={flow} way={way} now={now} />
      ))}
    </ul>
  );
}

function FlowArrow({ flow, way, now }: { readonly flow: Flow; readonly way: "down" | "up"; readonly now: number }) {
  const moving = flow.lastAt !== null && now - flow.lastAt < movingMs;
  return (
    <li className="flex items-center gap-2">
      <span
        className={`flex h-full flex-col items-center ${moving ? "text-accent-text" : "text-edge"}`}
        aria-hidden="true"
      >
        {way === "up" && <Icon name="up" className="-mb-2 size-3.5" />}
        <span className="relative w-0.5 flex-1 overflow-hidden rounded bg-current opacity-90">
          {moving && (
            <span
              className="absolute inset-x-0 h-1/4 bg-canvas"
              style={{ animation: `flow-${way} 1.6s linear infinite` }}
            />
          )}
        </span>
        {way === "down" && <Icon name="down" className="-mt-2 size-3.5" />}
      </span>
      <span className="text-[0.87rem] leading-tight">
        <span className="sr-only">{way === "down" ? "down: " : "up: "}</span>
        {flow.what}
        <span className="block text-[0.8rem] text-muted">
          {flow.waiting > 0 && (
            <>
              <Tag tone="warn">{countText(flow.waiting)} waiting</Tag>{" "}
            </>
          )}
          {flow.lastAt === null ? "none yet" : agoText(flow.lastAt, now)}
        </span>
      </span>
    </li>
  );
}
