import { enterpriseApi } from "../../../src/contract/enterprise-api.ts";
import { liveMs, useCall } from "../calls/use-call.ts";
import { Answered } from "../design/notice.tsx";
import { PageHead, Panel } from "../design/panel.tsx";
import { Table } from "../design/table.tsx";
import { Tag } from "../design/tag.tsx";
import { PageLink } from "../shell/page-link.tsx";
import { countText } from "../words/number-text.ts";
import { expiryText } from "../words/time-text.tsx";
import { lotTones } from "./lot-words.ts";

export function LotsPage() {
  const lots = useCall(enterpriseApi.lots, undefined, { everyMs: liveMs });
  return (
    <>
      <PageHead title="Lots" below="Every lot of this company with its status." />
      <Answered call={lots}>
        {(list) => (
          <Panel title="Lots" flush bare>
            <Table
              label="Lots"
              rows={list}
              keyOf={({ gtin, lot }) => `${gtin} ${lot}`}
              empty="No lot yet: one comes with its work order."
              columns={[
                {
                  head: "Lot",
                  cell: ({ gtin, lot }) => (
                    <PageLink to="/lots/$gtin/$lot" params={{ gtin, lot }} mono>
                      {lot}
                    </PageLink>
                  ),
                },
                { head: "GTIN", cell: ({ gtin }) => <span className="font-mono">{gtin}</span> },
                { head: "Market", cell: ({ market }) => market.toUpperCase() },
                { head: "Expiry", cell: ({ expiry }) => expiryText(expiry) },
                { head: "Status", cell: ({ status }) => <Tag tone={lotTones[status]}>{status}</Tag> },
                { head: "Commissioned", align: "right", cell: ({ packs }) => countText(packs.commissioned) },
                { head: "Sampled", align: "right", cell: ({ packs }) => countText(packs.sampled) },
                { head: "Destroyed", align: "right", cell: ({ packs }) => countText(packs.destroyed) },
                { head: "Dispensed", align: "right", cell: ({ packs }) => countText(packs.dispensed) },
                {
                  head: "Reports",
                  cell: ({ reports }) =>
                    reports.map(({ reportId, kind, state }) => <div key={reportId}>{`${kind}: ${state}`}</div>),
                },
              ]}
            />
          </Panel>
        )}
      </Answered>
    </>
  );
}
