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
import { Moment } from "../words/time-text.tsx";
import { DeliveryDialog } from "./delivery-dialog.tsx";
import { shipmentTones } from "./shipment-words.ts";

export function ShipmentsPage() {
  const shipments = useCall(enterpriseApi.shipments, undefined, { everyMs: liveMs });
  const may = useWhyNot("shipment.order");
  const [ordering, setOrdering] = useState(false);
  return (
    <>
      <PageHead
        title="Shipments"
        below="Deliveries out to customers and in from suppliers, with their documents."
        actions={
          <Button tone="primary" why={may} onPress={() => setOrdering(true)}>
            Order a delivery
          </Button>
        }
      />
      <Answered call={shipments}>
        {(list) => (
          <Panel title="Shipments" flush bare>
            <Table
              label="Shipments"
              rows={list}
              keyOf={({ deliveryId }) => deliveryId}
              empty="No delivery yet."
              columns={[
                {
                  head: "Purchase order",
                  cell: ({ deliveryId, purchaseOrder }) => (
                    <PageLink to="/shipments/$deliveryId" params={{ deliveryId }} mono>
                      {purchaseOrder}
                    </PageLink>
                  ),
                },
                { head: "Direction", cell: ({ direction }) => (direction === "outbound" ? "out" : "in") },
                { head: "Partner", cell: ({ partnerName, partner }) => partnerName || partner },
                { head: "State", cell: ({ state }) => <Tag tone={shipmentTones[state]}>{state}</Tag> },
                { head: "Packs", align: "right", cell: ({ packs }) => countText(packs) },
                { head: "Document", cell: ({ documentState }) => documentState ?? "none yet" },
                { head: "Shipped", cell: ({ shippedAt }) => <Moment at={shippedAt} none="not yet" /> },
                { head: "Received", cell: ({ receivedAt }) => <Moment at={receivedAt} none="not yet" /> },
              ]}
            />
          </Panel>
        )}
      </Answered>
      {ordering && <DeliveryDialog onClose={() => setOrdering(false)} />}
    </>
  );
}
