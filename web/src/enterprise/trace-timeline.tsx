import type { Trace } from "../../../src/contract/enterprise-api.ts";
import { Icon } from "../design/icon.tsx";
import { Moment } from "../words/time-text.tsx";
import { cbvWord } from "./epcis-words.ts";
import { PlaceName } from "./place-name.tsx";
import { TraceLink } from "./trace-link.tsx";

type Hop = Trace["hops"][number];

const sources: Readonly<Record<Hop["source"], readonly [look: string, words: string]>> = {
  own: ["bg-accent text-on-accent", "our own record"],
  shared: ["bg-good text-on-good", "sent to us"],
  asked: ["bg-simulated text-on-simulated", "asked for now"],
};

/** Every hop in its order; a new company begins a new stretch. */
export function TraceTimeline({ hops }: { readonly hops: readonly Hop[] }) {
  if (hops.length === 0) return <p className="text-muted">Nobody who answered has a record of it.</p>;
  return (
    <ol aria-label="Hops">
      {stretches(hops).map((stretch) => (
        <li key={stretch[0]?.eventId} className="mb-4 last:mb-0">
          <Stretch hops={stretch} />
        </li>
      ))}
    </ol>
  );
}

function stretches(hops: readonly Hop[]): readonly (readonly Hop[])[] {
  const found: Hop[][] = [];
  for (const hop of hops) {
    const last = found.at(-1);
    if (last?.[0]?.company === hop.company && last[0].source === hop.source) last.push(hop);
    else found.push([hop]);
  }
  return found;
}

function Stretch({ hops }: { readonly hops: readonly Hop[] }) {
  const [first] = hops;
  if (first === undefined) return null;
  const [look, words] = sources[first.source];
  return (
    <>
      <div className="mb-1.5 flex flex-wrap items-center gap-2">
        <strong>{first.companyName}</strong>
        <span className="font-mono text-[0.82rem] text-muted">{first.company}</span>
        <span className={`rounded px-1.5 py-0.5 text-[0.8rem] font-medium ${look}`}>{words}</span>
      </div>
      <ol className="border-l-2 border-line">
        {hops.map((hop, index) => (
          <li
            key={`${hop.eventId} ${index}`}
            className="relative grid gap-x-4 pb-2.5 pl-5 last:pb-0 sm:grid-cols-[10.5rem_1fr]"
          >
            <span
              className={`absolute top-1.5 -left-[0.46rem] size-3 rounded-full border-2 border-surface ${look}`}
              aria-hidden="true"
            />
            <span className="text-[0.9rem] text-muted">
              <Moment at={hop.at} />
            </span>
            <HopWords hop={hop} />
          </li>
        ))}
      </ol>
    </>
  );
}

function HopWords({ hop }: { readonly hop: Hop }) {
  return (
    <div className="min-w-0">
      <span className="inline-block font-medium first-letter:uppercase">{cbvWord(hop.bizStep)}</span>
      <span className="text-muted">
        {" "}
        <Icon name="right" className="inline size-3" /> {cbvWord(hop.disposition)}
      </span>
      <div className="grid text-[0.87rem] break-words text-muted">
        {hop.place !== null && (
          <span>
            at <PlaceName id={hop.place} />
          </span>
        )}
        {hop.parent !== null && (
          <span>
            in <TraceLink id={hop.parent} />
          </span>
        )}
        {hop.through !== null && (
          <span>
            recorded of its container <TraceLink id={hop.through} />
          </span>
        )}
        <details>
          <summary className="w-fit">event</summary>
          <span className="font-mono text-[0.8rem] break-all">{hop.eventId}</span>
        </details>
      </div>
    </div>
  );
}
