import { type LotTrace, traceApi } from "../../../src/contract/trace-api.ts";
import { useCall } from "../calls/use-call.ts";
import { Answered } from "../design/notice.tsx";
import { Facts, Panel } from "../design/panel.tsx";
import { Table } from "../design/table.tsx";
import { Tag } from "../design/tag.tsx";
import { PageLink } from "../shell/page-link.tsx";
import { countText } from "../words/number-text.ts";
import { Moment, momentText } from "../words/time-text.tsx";
import { cbvWord, dispositionTone } from "./epcis-words.ts";
import { ExportButtons } from "./export-buttons.tsx";
import { type ChosenMoment, MomentChooser } from "./moment-chooser.tsx";
import { PlaceName } from "./place-name.tsx";
import { TraceLink } from "./trace-link.tsx";

type Props = {
  readonly gtin: string;
  readonly lot: string;
  readonly moment: ChosenMoment;
  readonly onMoment: (change: { at: string | undefined; known: string | undefined }) => void;
};

/** Where the packs of a lot are, and whom a recall would have to reach. */
export function LotWhereabouts({ gtin, lot, moment, onMoment }: Props) {
  const view = useCall(traceApi.lotTrace, { params: { gtin, lot }, query: moment });
  return (
    <Answered call={view}>
      {(value) => (
        <div className="grid items-start gap-4 xl:grid-cols-2">
          <LotHead view={value} moment={moment} onMoment={onMoment} />
          <Panel title="Whom a recall has to reach" flush>
            <Table
              label="Recall"
              rows={value.recall}
              keyOf={({ partner }) => partner}
              empty="Nobody: nothing of it left."
              columns={[
                { head: "Company", cell: ({ partnerName }) => partnerName, wrap: true },
                { head: "Packs sent", align: "right", cell: ({ packs }) => countText(packs) },
                { head: "Back with us", align: "right", cell: ({ back }) => countText(back) },
                { head: "Ended there", align: "right", cell: ({ ended }) => countText(ended) },
                {
                  head: "Still out",
                  align: "right",
                  cell: ({ packs, back, ended }) => <strong>{countText(packs - back - ended)}</strong>,
                },
              ]}
            />
          </Panel>
          <Counts view={value} />
          <Panel title="Deliveries it was in" flush>
            <Table
              label="Deliveries"
              rows={value.shipments}
              keyOf={({ deliveryId }) => deliveryId}
              empty="None."
              columns={[
                { head: "When", cell: ({ at }) => <Moment at={at} /> },
                { head: "Way", cell: ({ direction }) => (direction === "outbound" ? "out" : "in") },
                {
                  head: "Company",
                  cell: ({ deliveryId, partnerName }) => (
                    <PageLink to="/shipments/$deliveryId" params={{ deliveryId }}>
                      {partnerName}
                    </PageLink>
                  ),
                  wrap: true,
                },
                { head: "Packs", align: "right", cell: ({ packs }) => countText(packs) },
              ]}
            />
          </Panel>
          <Panel title="Outermost containers" flush>
            <Table
              label="Outermost containers"
              rows={value.containers}
              keyOf={({ id }) => id}
              empty="None: its packs stand loose."
              columns={[
                { head: "Container", cell: ({ id }) => <TraceLink id={id} />, wrap: true },
                { head: "Place", cell: ({ place }) => (place === null ? "–" : <PlaceName id={place} />), wrap: true },
                { head: "Packs of the lot", align: "right", cell: ({ packs }) => countText(packs) },
              ]}
            />
          </Panel>
        </div>
      )}
    </Answered>
  );
}

function LotHead({ view, moment, onMoment }: Pick<Props, "moment" | "onMoment"> & { readonly view: LotTrace }) {
  const when = moment.at === undefined ? "now" : momentText(moment.at);
  const times = view.shipments.flatMap(({ at }) => (at === null ? [] : [at]));
  return (
    <Panel
      title={view.productName ?? `GTIN ${view.gtin}`}
      actions={<ExportButtons id={`(01)${view.gtin}(10)${view.lot}`} />}
    >
      <div className="grid gap-4">
        <Facts
          wide
          facts={[
            ["Lot", <strong className="font-mono">{view.lot}</strong>],
            ["Expiry", view.expiry ?? "–"],
            [`Packs, ${when}`, <strong className="text-xl">{countText(view.packs)}</strong>],
            ["Outermost containers", countText(view.containerCount)],
            ["Loose packs", countText(view.loose)],
            ["Open exceptions", <PageLink to="/exceptions">{countText(view.openExceptions)}</PageLink>],
          ]}
        />
        <MomentChooser times={times} moment={moment} onMoment={onMoment} />
      </div>
    </Panel>
  );
}

function Counts({ view }: { readonly view: LotTrace }) {
  return (
    <>
      <Panel title="By state" flush>
        <Table
          label="By state"
          rows={view.byState}
          keyOf={({ standing, disposition }) => `${standing}/${disposition}`}
          empty="No pack of it is known at this moment."
          columns={[
            { head: "Standing", cell: ({ standing }) => standing },
            {
              head: "Disposition",
              cell: ({ disposition }) => <Tag tone={dispositionTone(disposition)}>{cbvWord(disposition)}</Tag>,
            },
            { head: "Packs", align: "right", cell: ({ packs }) => countText(packs) },
          ]}
        />
      </Panel>
      <Panel title="By place" flush>
        <Table
          label="By place"
          rows={view.byPlace}
          keyOf={({ place, here }) => `${place}/${here}`}
          empty="No pack of it is known at this moment."
          columns={[
            {
              head: "Last told of at",
              cell: ({ place }) => (place === null ? "not known" : <PlaceName id={place} />),
              wrap: true,
            },
            { head: "With us", cell: ({ here }) => (here ? "yes" : "no") },
            { head: "Packs", align: "right", cell: ({ packs }) => countText(packs) },
          ]}
        />
      </Panel>
    </>
  );
}
