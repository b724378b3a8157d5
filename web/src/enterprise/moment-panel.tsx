import { type MomentView, type ObjectAtMoment, traceApi } from "../../../src/contract/trace-api.ts";
import { useCall } from "../calls/use-call.ts";
import { Answered } from "../design/notice.tsx";
import { Facts, Panel } from "../design/panel.tsx";
import { Table } from "../design/table.tsx";
import { Tag, type Tone } from "../design/tag.tsx";
import { countOf, countText } from "../words/number-text.ts";
import { momentText } from "../words/time-text.tsx";
import { cbvWord, dispositionTone } from "./epcis-words.ts";
import { type ChosenMoment, MomentChooser } from "./moment-chooser.tsx";
import { PlaceName } from "./place-name.tsx";
import { TraceLink } from "./trace-link.tsx";

export const linkTones: Readonly<Record<NonNullable<ObjectAtMoment["link"]>, Tone>> = {
  verified: "good",
  implied: "info",
  unverified: "warn",
};

/** State, place and both directions of the hierarchy at the moment that the address names. */
export function MomentPanel({
  id,
  times,
  moment,
  onMoment,
}: {
  readonly id: string;
  readonly times: readonly number[];
  readonly moment: ChosenMoment;
  readonly onMoment: (change: { at: string | undefined; known: string | undefined }) => void;
}) {
  const view = useCall(traceApi.moment, { query: { id, ...moment } });
  const when = moment.at === undefined ? "now" : `at ${momentText(moment.at)}`;
  return (
    <Panel title="At a moment">
      <div className="grid gap-4">
        <MomentChooser times={times} moment={moment} onMoment={onMoment} />
        <Answered call={view}>{(value) => <MomentWords view={value} when={when} />}</Answered>
      </div>
    </Panel>
  );
}

function MomentWords({ view, when }: { readonly view: MomentView; readonly when: string }) {
  const { object, ancestors, children, childCount, contents } = view;
  if (object === null) return <p role="status">Nothing was known of it {when}.</p>;
  const { disposition, place, owner } = object;
  return (
    <div className="grid gap-4" aria-live="polite">
      <Facts
        facts={[
          ["When", when],
          ["State", <Tag tone={dispositionTone(disposition)}>{cbvWord(disposition)}</Tag>],
          ["Standing", object.standing],
          ["Place", place === null ? "not known" : <PlaceName id={place} />],
          ...(owner === null ? [] : [["Owner", <PlaceName id={owner} />] as const]),
        ]}
      />
      <Around ancestors={ancestors} />
      {childCount > 0 && (
        <div className="grid gap-2">
          <h3>Inside it: {countOf(childCount, "thing")}</h3>
          <ul className="text-[0.9rem] text-muted">
            {contents.map(({ gtin, lot, productName, packs }) => (
              <li key={`${gtin}/${lot}`}>
                {countText(packs)} × {productName ?? gtin}
                {lot === null ? "" : `, lot ${lot}`}
              </li>
            ))}
          </ul>
          <Inside things={children} />
          {childCount > children.length && <p className="text-muted">The first {countText(children.length)}.</p>}
        </div>
      )}
    </div>
  );
}

function Around({ ancestors }: Pick<MomentView, "ancestors">) {
  if (ancestors.length === 0) return <p>It stood in nothing.</p>;
  return (
    <ol aria-label="What it stands in" className="grid gap-1.5">
      {ancestors.map(({ id, link }) => (
        <li key={id} className="flex flex-wrap items-baseline gap-2">
          <span className="text-muted">in</span> <TraceLink id={id} /> <Tag tone={linkTones[link]}>{link}</Tag>
        </li>
      ))}
    </ol>
  );
}

function Inside({ things }: { readonly things: readonly ObjectAtMoment[] }) {
  return (
    <div className="max-h-96 overflow-y-auto rounded-lg border border-line">
      <Table
        label="Inside it"
        rows={things}
        keyOf={({ id }) => id}
        empty="Nothing."
        columns={[
          { head: "What", cell: ({ id }) => <TraceLink id={id} />, wrap: true },
          {
            head: "State, link",
            cell: ({ disposition, link }) => (
              <span className="grid justify-items-start gap-1">
                <Tag tone={dispositionTone(disposition)}>{cbvWord(disposition)}</Tag>
                {link !== null && <Tag tone={linkTones[link]}>{link}</Tag>}
              </span>
            ),
          },
        ]}
      />
    </div>
  );
}
