import { siteApi } from "../../../src/contract/site-api.ts";
import { liveMs, useCall } from "../calls/use-call.ts";
import { Answered } from "../design/notice.tsx";
import { PageHead, Panel, Progress } from "../design/panel.tsx";
import { Table } from "../design/table.tsx";
import { Tag } from "../design/tag.tsx";
import { PageLink } from "../shell/page-link.tsx";
import { countText } from "../words/number-text.ts";
import { expiryText } from "../words/time-text.tsx";
import { orderTones } from "./order-state.ts";

export function OrdersPage() {
  const orders = useCall(siteApi.orders, undefined, { everyMs: liveMs });
  return (
    <>
      <PageHead title="Work orders" below="What this site has to pack, newest first." />
      <Answered call={orders}>
        {(list) => (
          <Panel title="Work orders" flush bare>
            <Table
              label="Work orders"
              rows={list}
              keyOf={({ order }) => order.workOrderId}
              empty="No work order has been received. Level 4 sends them."
              columns={[
                {
                  head: "Lot",
                  cell: ({ order }) => (
                    <PageLink to="/work-orders/$workOrderId" params={{ workOrderId: order.workOrderId }} mono>
                      {order.lot}
                    </PageLink>
                  ),
                },
                { head: "Product", cell: ({ order }) => order.productName, wrap: true },
                { head: "Market", cell: ({ order }) => order.market.toUpperCase() },
                { head: "Expiry", cell: ({ order }) => expiryText(order.expiry) },
                { head: "State", cell: ({ state }) => <Tag tone={orderTones[state]}>{state}</Tag> },
                { head: "Line", cell: ({ lineId }) => lineId ?? "–" },
                {
                  head: "Packed",
                  cell: ({ order, progress }) => (
                    <div className="w-36">
                      <div className="text-right text-[0.87rem]">{`${countText(progress.packed)} / ${countText(order.quantity)}`}</div>
                      <Progress label={`Packed of lot ${order.lot}`} value={progress.packed} max={order.quantity} />
                    </div>
                  ),
                },
                { head: "Rejected", align: "right", cell: ({ progress }) => countText(progress.rejected) },
                { head: "Owner", cell: ({ order }) => <span className="font-mono">{order.owner}</span> },
              ]}
            />
          </Panel>
        )}
      </Answered>
    </>
  );
}
