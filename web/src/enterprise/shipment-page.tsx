import { useState } from "react";
import { enterpriseApi, type ShipmentView } from "../../../src/contract/enterprise-api.ts";
import { useWhyNot } from "../calls/session.ts";
import { liveMs, useAct, useCall } from "../calls/use-call.ts";
import { Button } from "../design/button.tsx";
import { Answered, Notice, Problem } from "../design/notice.tsx";
import { Facts, PageHead, Panel } from "../design/panel.tsx";
import { ScanField } from "../design/scan-field.tsx";
import { Steps } from "../design/steps.tsx";
import { Tag } from "../design/tag.tsx";
import { useAddressParams } from "../shell/address.ts";
import { identifierText } from "../words/identifier-text.ts";
import { countText } from "../words/number-text.ts";
import { momentText } from "../words/time-text.tsx";
import { shipmentSteps, shipmentTones } from "./shipment-words.ts";
import { TraceLink } from "./trace-link.tsx";

export function ShipmentPage() {
  const { deliveryId = "" } = useAddressParams();
  const shipments = useCall(enterpriseApi.shipments, undefined, { everyMs: liveMs });
  return (
    <Answered call={shipments}>
      {(list) => {
        const view = list.find((each) => each.deliveryId === deliveryId);
        return view === undefined ? (
          <Notice tone="warn" title="There is no such delivery here." />
        ) : (
          <OneShipment view={view} />
        );
      }}
    </Answered>
  );
}

function OneShipment({ view }: { readonly view: ShipmentView }) {
  const outbound = view.direction === "outbound";
  return (
    <>
      <PageHead
        title={`Delivery ${view.purchaseOrder}`}
        below={`${outbound ? "to" : "from"} ${view.partnerName || view.partner}`}
      />
      <div className="grid gap-4">
        <div className="flex flex-wrap items-center gap-3 rounded-lg border border-line bg-surface px-4 py-3">
          {view.state === "refused" ? (
            <Tag tone={shipmentTones[view.state]}>{view.state}</Tag>
          ) : (
            <Steps label="State of the delivery" steps={shipmentSteps[view.direction]} now={view.state} />
          )}
        </div>
        <div className="grid gap-4 xl:grid-cols-2">
          <Panel title="Delivery">
            <Facts
              facts={[
                [
                  "Partner",
                  <>
                    {view.partnerName} <span className="font-mono">{view.partner}</span>
                  </>,
                ],
                ["Packs", countText(view.packs)],
                ["Document", view.documentState ?? "none yet"],
                ["Shipped", view.shippedAt === null ? "not yet" : momentText(view.shippedAt)],
                ["Received", view.receivedAt === null ? "not yet" : momentText(view.receivedAt)],
              ]}
            />
          </Panel>
          <Panel title="Contents">
            {view.contents.length === 0 ? (
              <p className="text-muted">Nothing loaded yet.</p>
            ) : (
              <ul className="grid gap-1">
                {view.contents.map((id) => (
                  <li key={id}>
                    <TraceLink id={id} />
                  </li>
                ))}
              </ul>
            )}
          </Panel>
        </div>
        {outbound && view.state === "ordered" && <ScanPanel view={view} act="ship" />}
        {!outbound && view.state === "announced" && <ScanPanel view={view} act="receive" />}
      </div>
    </>
  );
}

const acts = {
  ship: {
    endpoint: enterpriseApi.ship,
    right: "shipment.ship",
    title: "Ship from here",
    hint: "Scan each container or pack that leaves.",
    button: "Ship",
  },
  receive: {
    endpoint: enterpriseApi.receive,
    right: "shipment.receive",
    title: "Receive",
    hint: "Scan each container that stands there; it is compared with what was announced.",
    button: "Receive",
  },
} as const;

function ScanPanel({ view, act }: { readonly view: ShipmentView; readonly act: keyof typeof acts }) {
  const { endpoint, right, title, hint, button } = acts[act];
  const [scans, setScans] = useState<readonly string[]>([]);
  const may = useWhyNot(right);
  const report = useAct(endpoint);
  return (
    <Panel title={title}>
      <ScanField
        label="Container or pack"
        hint={hint}
        onScan={(scan) => setScans(scans.includes(scan) ? scans : [...scans, scan])}
      />
      <ol className="my-3 grid gap-1">
        {scans.map((scan) => (
          <li key={scan} className="flex items-center justify-between rounded bg-sunken px-3 py-0.5">
            <span className="font-mono">{identifierText(scan)}</span>
            <Button
              size="small"
              tone="quiet"
              label={`Take ${identifierText(scan)} off the list`}
              onPress={() => setScans(scans.filter((each) => each !== scan))}
            >
              Take off
            </Button>
          </li>
        ))}
      </ol>
      <Problem error={report.error} />
      <Button
        tone="primary"
        why={may ?? (scans.length === 0 ? "Scan first." : null)}
        busy={report.isPending}
        onPress={() => report.mutate({ params: { deliveryId: view.deliveryId }, body: { scans: [...scans] } })}
      >
        {button} {scans.length}
      </Button>
    </Panel>
  );
}
