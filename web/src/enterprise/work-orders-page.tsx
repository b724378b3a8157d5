import { useState } from "react";
import { enterpriseApi } from "../../../src/contract/enterprise-api.ts";
import { useWhyNot } from "../calls/session.ts";
import { liveMs, useCall } from "../calls/use-call.ts";
import { Button } from "../design/button.tsx";
import { Answered } from "../design/notice.tsx";
import { PageHead, Panel } from "../design/panel.tsx";
import { Table } from "../design/table.tsx";
import { Tag } from "../design/tag.tsx";
import { PageLink } from "../shell/page-link.tsx";
import { countText } from "../words/number-text.ts";
import { expiryText, Moment } from "../words/time-text.tsx";
import { WorkOrderDialog } from "./work-order-dialog.tsx";

const tones = { released: "info", "in-progress": "info", submitted: "good", cancelled: "bad" } as const;

export function WorkOrdersPage() {
  const orders = useCall(enterpriseApi.workOrders, undefined, { everyMs: liveMs });
  const may = useWhyNot("work-order.write");
  const [creating, setCreating] = useState(false);
  return (
    <>
      <PageHead
        title="Work orders"
        below="What was ordered from the sites, newest first."
        actions={
          <Button tone="primary" why={may} onPress={() => setCreating(true)}>
            Create work order
          </Button>
        }
      />
      <Answered call={orders}>
        {(list) => (
          <Panel title="Work orders" flush bare>
            <Table
              label="Work orders"
              rows={list}
              keyOf={({ order }) => order.workOrderId}
              empty="No work order yet."
              columns={[
                { head: "Created", cell: ({ createdAt }) => <Moment at={createdAt} /> },
                { head: "Product", cell: ({ order }) => order.productName, wrap: true },
                {
                  head: "Lot",
                  cell: ({ order: { gtin, lot } }) => (
                    <PageLink to="/lots/$gtin/$lot" params={{ gtin, lot }} mono>
                      {lot}
                    </PageLink>
                  ),
                },
                { head: "Expiry", cell: ({ order }) => expiryText(order.expiry) },
                { head: "Market", cell: ({ order }) => order.market.toUpperCase() },
                { head: "Quantity", align: "right", cell: ({ order }) => countText(order.quantity) },
                { head: "State", cell: ({ state }) => <Tag tone={tones[state]}>{state}</Tag> },
                {
                  head: "Numbers allocated",
                  cell: ({ allocated }) =>
                    `${countText(allocated.pack)} pack, ${countText(allocated.case)} case, ${countText(allocated.pallet)} pallet`,
                },
                { head: "Site", cell: ({ order }) => <span className="font-mono">{order.site}</span> },
              ]}
            />
          </Panel>
        )}
      </Answered>
      {creating && <WorkOrderDialog onClose={() => setCreating(false)} />}
    </>
  );
}
