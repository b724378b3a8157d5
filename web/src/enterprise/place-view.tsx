import { type PlaceTrace, traceApi } from "../../../src/contract/trace-api.ts";
import { useCall } from "../calls/use-call.ts";
import { Answered, Notice } from "../design/notice.tsx";
import { Facts, Panel } from "../design/panel.tsx";
import { Table } from "../design/table.tsx";
import { Tag } from "../design/tag.tsx";
import { PageLink } from "../shell/page-link.tsx";
import { identifierText } from "../words/identifier-text.ts";
import { countText } from "../words/number-text.ts";
import { Moment, momentText } from "../words/time-text.tsx";
import { cbvWord, dispositionTone } from "./epcis-words.ts";
import { type ChosenMoment, MomentChooser } from "./moment-chooser.tsx";
import { TraceLink } from "./trace-link.tsx";

/** What stands at a place, what came and what left. */
export function PlaceView({
  id,
  moment,
  onMoment,
}: {
  readonly id: string;
  readonly moment: ChosenMoment;
  readonly onMoment: (change: { at: string | undefined; known: string | undefined }) => void;
}) {
  const view = useCall(traceApi.placeTrace, { query: { id, ...moment } });
  const when = moment.at === undefined ? "now" : momentText(moment.at);
  return (
    <Answered call={view}>
      {(value) => (
        <div className="grid items-start gap-4 xl:grid-cols-2">
          <Panel title={value.name ?? identifierText(value.place)}>
            <div className="grid gap-4">
              <Facts
                wide
                facts={[
                  ["Place", <span className="font-mono">{identifierText(value.place)}</span>],
                  [`Packs, ${when}`, <strong className="text-xl">{countText(value.packs)}</strong>],
                  ["Outermost containers", countText(value.containerCount)],
                  ["Loose packs", countText(value.loose)],
                ]}
              />
              <MomentChooser
                times={[...value.arrivals, ...value.departures].map(({ at }) => at)}
                moment={moment}
                onMoment={onMoment}
              />
              <Limits view={value} />
            </div>
          </Panel>
          <Panel title="By product and lot" flush>
            <Table
              label="By product and lot"
              rows={value.lots}
              keyOf={({ gtin, lot }) => `${gtin}/${lot}`}
              empty="No pack stands there."
              columns={[
                { head: "Product", cell: ({ productName, gtin }) => productName ?? gtin, wrap: true },
                {
                  head: "Lot",
                  cell: ({ gtin, lot }) =>
                    lot === null ? (
                      "–"
                    ) : (
                      <PageLink to="/trace" search={{ id: `(01)${gtin}(10)${lot}` }} mono>
                        {lot}
                      </PageLink>
                    ),
                },
                { head: "Packs", align: "right", cell: ({ packs }) => countText(packs) },
              ]}
            />
          </Panel>
          <Panel title="Outermost containers" flush>
            <Table
              label="Outermost containers"
              rows={value.containers}
              keyOf={({ id: container }) => container}
              empty="No container stands there."
              columns={[
                { head: "Container", cell: ({ id: container }) => <TraceLink id={container} />, wrap: true },
                {
                  head: "State",
                  cell: ({ disposition }) => <Tag tone={dispositionTone(disposition)}>{cbvWord(disposition)}</Tag>,
                },
                { head: "Last told of", cell: ({ lastEventAt }) => <Moment at={lastEventAt} /> },
              ]}
            />
          </Panel>
          <Movements title="What came" rows={value.arrivals} />
          <Movements title="What left" rows={value.departures} />
        </div>
      )}
    </Answered>
  );
}

function Limits({ view }: { readonly view: PlaceTrace }) {
  return (
    <>
      {view.since !== null && (
        <Notice tone="info">
          So much happened there that only what is younger than {momentText(view.since)} was looked at.
        </Notice>
      )}
      {view.uncounted > 0 && (
        <Notice tone="info">
          {countText(view.uncounted)} containers more stand there; their packs are not counted.
        </Notice>
      )}
    </>
  );
}

function Movements({ title, rows }: { readonly title: string; readonly rows: PlaceTrace["arrivals"] }) {
  return (
    <Panel title={title} flush>
      <Table
        label={title}
        rows={rows}
        keyOf={({ eventId }) => eventId}
        empty="Nothing is on record."
        columns={[
          { head: "When", cell: ({ at }) => <Moment at={at} /> },
          { head: "What", cell: ({ bizStep }) => cbvWord(bizStep) },
          { head: "Named", align: "right", cell: ({ named }) => countText(named) },
          {
            head: "Recorded by",
            cell: ({ companyName, source }) => (
              <>
                {companyName} {source === "shared" && <Tag tone="info">theirs</Tag>}
              </>
            ),
            wrap: true,
          },
        ]}
      />
    </Panel>
  );
}
