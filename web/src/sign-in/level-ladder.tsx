import { commonApi, type LevelName, type LevelsAlive } from "../../../src/contract/common-api.ts";
import { liveMs, useCall } from "../calls/use-call.ts";
import { Icon } from "../design/icon.tsx";
import { Tag } from "../design/tag.tsx";

const rungs: readonly (readonly [LevelName, number, string, string])[] = [
  ["network", 5, "Network", "companies, authorities, messages between them"],
  ["enterprise", 4, "Enterprise", "numbers, events, lots, reports, shipments"],
  ["site", 3, "Site", "work orders, number buffer, closing, warehouse"],
  ["line", 2, "Line", "print, read, verdict, aggregation"],
  ["device", 1, "Device", "printers, cameras, gates, scanners"],
];

/** The five levels and where this one stands. */
export function LevelLadder({ here }: { readonly here: LevelName }) {
  const { data } = useCall(commonApi.levels, undefined, { everyMs: liveMs, ofOthers: true });
  return (
    <ol aria-label="The five levels" className="grid gap-1">
      {rungs.map(([level, number, name, what], index) => (
        <li key={level} aria-current={level === here ? "true" : undefined}>
          {index > 0 && (
            <div className="ml-7 flex h-4 text-edge">
              <Icon name="down" className="size-3.5" />
              <Icon name="up" className="size-3.5" />
            </div>
          )}
          <div
            className={`flex items-center gap-3 rounded-lg border px-4 py-2 ${level === here ? "border-accent bg-accent-soft" : "border-line bg-surface"}`}
          >
            <span className={`w-4 text-lg font-semibold ${level === here ? "text-accent-text" : "text-faint"}`}>
              {number}
            </span>
            <div className="grow leading-tight">
              <div className="font-medium">
                {name}
                {level === here && (
                  <span className="ml-2 text-[0.85rem] font-normal text-accent-text">you are here</span>
                )}
              </div>
              <div className="text-[0.87rem] text-muted">{what}</div>
            </div>
            <AliveTag counted={data?.find((each) => each.level === level)} />
          </div>
        </li>
      ))}
    </ol>
  );
}

function AliveTag({ counted }: { readonly counted: LevelsAlive[number] | undefined }) {
  if (!counted) return <Tag tone="idle">not seen from here</Tag>;
  const { known, alive } = counted;
  if (alive === 0) return <Tag tone="bad">no answer</Tag>;
  const which = known === 1 ? "alive" : `${alive} of ${known} alive`;
  return <Tag tone={alive === known ? "good" : "warn"}>{which}</Tag>;
}
