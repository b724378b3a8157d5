import { siteApi } from "../../../src/contract/site-api.ts";
import { liveMs, useCall } from "../calls/use-call.ts";
import { Answered } from "../design/notice.tsx";
import { PageHead, Panel } from "../design/panel.tsx";
import { Table } from "../design/table.tsx";
import { Tag } from "../design/tag.tsx";
import { PageLink } from "../shell/page-link.tsx";
import { countOf, countText } from "../words/number-text.ts";

export const deliveryTones = { open: "info", loaded: "good", reported: "good" } as const;

export function DeliveriesPage() {
  const deliveries = useCall(siteApi.deliveries, undefined, { everyMs: liveMs });
  return (
    <>
      <PageHead title="Deliveries" below="What has to be picked and loaded, newest first." />
      <Answered call={deliveries}>
        {(list) => (
          <Panel title="Deliveries" flush bare>
            <Table
              label="Deliveries"
              rows={list}
              keyOf={({ delivery }) => delivery.deliveryId}
              empty="Nothing to load."
              columns={[
                {
                  head: "Purchase order",
                  cell: ({ delivery }) => (
                    <PageLink to="/deliveries/$deliveryId" params={{ deliveryId: delivery.deliveryId }} mono>
                      {delivery.purchaseOrder}
                    </PageLink>
                  ),
                },
                { head: "Ship to", cell: ({ delivery }) => <span className="font-mono">{delivery.shipTo}</span> },
                { head: "State", cell: ({ state }) => <Tag tone={deliveryTones[state]}>{state}</Tag> },
                {
                  head: "Wanted",
                  cell: ({ delivery }) =>
                    delivery.lines.map(({ gtin, lot, quantity }) => (
                      <div key={gtin + lot}>{`${countText(quantity)} of lot ${lot}`}</div>
                    )),
                },
                { head: "Loaded", cell: ({ loaded }) => countOf(loaded.length, "container") },
              ]}
            />
          </Panel>
        )}
      </Answered>
    </>
  );
}
