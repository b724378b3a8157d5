import { useState } from "react";
import { endpointPath } from "../../../src/contract/endpoint.ts";
import { lineApi, type RunView } from "../../../src/contract/line-api.ts";
import { Icon } from "../design/icon.tsx";
import { Panel } from "../design/panel.tsx";
import { plainWords } from "../words/reason-text.ts";
import { clockText } from "../words/time-text.tsx";

type Verdict = RunView["lastVerdicts"][number];

const shownMax = 8;

/** The latest pictures with their verdict: frame, shape and words, never the colour alone. */
export function LastVerdicts({ run }: { readonly run: RunView }) {
  const shown = run.lastVerdicts.toSorted((a, b) => b.trackingId - a.trackingId).slice(0, shownMax);
  return (
    <Panel title="Last packs read">
      {shown.length === 0 ? (
        <p className="text-muted">No pack has been read in this run.</p>
      ) : (
        <ul className="grid grid-cols-2 gap-2 sm:grid-cols-4">
          {shown.map((verdict) => (
            <li key={verdict.trackingId}>
              <VerdictCard verdict={verdict} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function VerdictCard({ verdict }: { readonly verdict: Verdict }) {
  const accepted = verdict.verdict === "accept";
  const words = accepted ? "accepted" : `rejected: ${plainWords(verdict.cause ?? "no cause")}`;
  return (
    <figure className={`overflow-hidden rounded-md border-2 bg-surface ${accepted ? "border-good" : "border-bad"}`}>
      <Picture verdict={verdict} words={words} />
      <figcaption className="leading-tight">
        <div
          className={`flex items-center gap-1.5 px-2 py-1 text-[0.92rem] font-semibold ${accepted ? "bg-good-soft text-good-text" : "bg-bad-soft text-bad-text"}`}
        >
          <Icon name={accepted ? "good" : "bad"} className="size-4" />
          {accepted ? "accepted" : "rejected"}
          <span className="ml-auto text-[0.72rem] font-normal text-muted">{clockText(verdict.at)}</span>
        </div>
        <div className="truncate px-2 py-1 text-[0.85rem]" title={verdict.number ?? "no number"}>
          {accepted ? (
            <span className="font-mono text-[0.8rem] text-muted">{verdict.number}</span>
          ) : (
            <span className="text-bad-text">{plainWords(verdict.cause ?? "no cause")}</span>
          )}
        </div>
      </figcaption>
    </figure>
  );
}

/** Cameras keep their latest pictures only: one that is gone says so. */
function Picture({ verdict, words }: { readonly verdict: Verdict; readonly words: string }) {
  const [gone, setGone] = useState(false);
  if (verdict.imageId === undefined || gone) {
    return <div className="grid aspect-[2/1] place-items-center bg-sunken text-[0.85rem] text-muted">no picture</div>;
  }
  return (
    <img
      src={endpointPath(lineApi.image, { imageId: verdict.imageId })}
      alt={`Pack ${verdict.number ?? verdict.trackingId}, ${words}`}
      loading="lazy"
      onError={() => setGone(true)}
      className="aspect-[2/1] w-full bg-sunken object-contain"
    />
  );
}
