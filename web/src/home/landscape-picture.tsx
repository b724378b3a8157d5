import type { Landscape, LandscapeLevel, LevelName } from "../../../src/contract/common-api.ts";
import { Icon } from "../design/icon.tsx";
import { Simulated, Tag } from "../design/tag.tsx";
import { levelNumbers } from "../shell/pages.ts";
import { countOf, countText } from "../words/number-text.ts";
import { seamBetween, topDown } from "./landscape.ts";
import { SeamPicture } from "./seam-picture.tsx";

const words: Readonly<Record<LevelName, readonly [name: string, what: string]>> = {
  network: ["Network", "companies, authorities"],
  enterprise: ["Enterprise", "numbers, events, lots"],
  site: ["Site", "orders, warehouse"],
  line: ["Line", "run, verdicts"],
  device: ["Device", "print, read, reject"],
};

/** Figures of an instance that fit its box. */
const countersMax = 6;

/** Five bands, the network on top; between two of them the seam with what flows down and up. */
export function LandscapePicture({ landscape, here }: { readonly landscape: Landscape; readonly here: string }) {
  return (
    <div>
      {topDown.map((level, index) => {
        const upper = topDown[index - 1];
        const instances = landscape.levels.filter(
          (each, at, all) => each.level === level && all.findIndex(({ instance }) => instance === each.instance) === at,
        );
        return (
          <div key={level}>
            {upper !== undefined && (
              <SeamPicture
                upper={upper}
                lower={level}
                seam={seamBetween(landscape, upper, level)}
                now={landscape.now}
              />
            )}
            <Band level={level} instances={instances} here={here} />
          </div>
        );
      })}
    </div>
  );
}

function Band({
  level,
  instances,
  here,
}: {
  readonly level: LevelName;
  readonly instances: readonly LandscapeLevel[];
  readonly here: string;
}) {
  const [name, what] = words[level];
  return (
    <section
      aria-label={`Level ${levelNumbers[level]}, ${name}`}
      className="grid overflow-hidden rounded-lg border border-line bg-surface sm:grid-cols-[9.5rem_1fr]"
    >
      <div className="flex items-center gap-3 border-line bg-sunken px-4 py-2.5 sm:border-r">
        <span className="text-2xl font-semibold text-accent-text">{levelNumbers[level]}</span>
        <div className="leading-tight">
          <h2>{name}</h2>
          <div className="text-[0.82rem] text-muted">{what}</div>
        </div>
      </div>
      {instances.length === 0 ? (
        <p className="px-4 py-3 text-muted">Not seen from here.</p>
      ) : (
        <ul className="flex flex-wrap">
          {instances.map((each) => (
            <Instance key={each.instance} of={each} here={each.instance === here} many={instances.length > 4} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Instance({ of, here, many }: { readonly of: LandscapeLevel; readonly here: boolean; readonly many: boolean }) {
  const waiting = of.queues.reduce((sum, queue) => sum + queue.waiting, 0);
  const stopped = of.queues.filter(({ state }) => state === "stopped").length;
  return (
    <li
      className={`min-w-52 flex-1 border-b border-line px-4 py-2.5 not-last:sm:border-r ${many ? "basis-52" : "basis-72"} -mb-px`}
    >
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <InstanceName name={of.name} />
        <Tag tone={of.alive ? (of.problem === null ? "good" : "warn") : "bad"}>
          {of.alive ? (of.problem === null ? "alive" : "alive, not ready") : "no answer"}
        </Tag>
        {of.simulated && <Simulated />}
        {here && <span className="text-[0.82rem] text-accent-text">this level</span>}
        {of.url !== null && !here && (
          <a
            href={of.url}
            className="inline-flex items-center text-[0.85rem] text-accent-text underline"
            aria-label={`Open ${of.name}`}
          >
            open
            <Icon name="right" className="size-3" />
          </a>
        )}
      </div>
      {of.problem !== null && <p className="mt-1 text-[0.87rem] text-warn-text">{of.problem}</p>}
      {of.counters.length > 0 && (
        <dl className="mt-1.5 flex flex-wrap gap-x-5 gap-y-1">
          {of.counters.slice(0, countersMax).map(({ key, label, value }) => (
            <div key={key} className="flex flex-col-reverse leading-tight">
              <dt className="text-[0.8rem] text-muted">{label}</dt>
              <dd className="text-[1.05rem] font-medium">{countText(value)}</dd>
            </div>
          ))}
        </dl>
      )}
      {(waiting > 0 || stopped > 0) && (
        <div className="mt-1.5 flex flex-wrap gap-2">
          {waiting > 0 && <Tag tone="warn">{countOf(waiting, "message")} waiting to leave</Tag>}
          {stopped > 0 && <Tag tone="bad">{countOf(stopped, "lane")} stopped</Tag>}
        </div>
      )}
    </li>
  );
}

/** `packReader, Cognex DataMan`: what it is first, what it is made of after it. */
function InstanceName({ name }: { readonly name: string }) {
  const [first = name, ...rest] = name.split(", ");
  return (
    <span>
      <strong className="font-semibold">{first}</strong>
      {rest.length > 0 && <span className="text-[0.87rem] text-muted">, {rest.join(", ")}</span>}
    </span>
  );
}
