import { useState } from "react";
import { type DeliveryView, siteApi } from "../../../src/contract/site-api.ts";
import { parseSpelling } from "../../../src/kernel/gs1/spelling.ts";
import { useWhyNot } from "../calls/session.ts";
import { useAct, useCall } from "../calls/use-call.ts";
import { Button } from "../design/button.tsx";
import { Answered, Notice, Problem } from "../design/notice.tsx";
import { Facts, PageHead, Panel } from "../design/panel.tsx";
import { ScanField } from "../design/scan-field.tsx";
import { Table } from "../design/table.tsx";
import { Tag } from "../design/tag.tsx";
import { useAddressParams } from "../shell/address.ts";
import { countText } from "../words/number-text.ts";
import { expiryText } from "../words/time-text.tsx";
import { deliveryTones } from "./deliveries-page.tsx";

export function LoadingPage() {
  const { deliveryId = "" } = useAddressParams();
  const deliveries = useCall(siteApi.deliveries);
  return (
    <Answered call={deliveries}>
      {(list) => {
        const view = list.find(({ delivery }) => delivery.deliveryId === deliveryId);
        return view === undefined ? (
          <Notice tone="warn" title="There is no such delivery here." />
        ) : (
          <Loading view={view} />
        );
      }}
    </Answered>
  );
}

/** The SSCC that a scan bears, or the scan itself: the level judges it. */
function ssccOf(scan: string): string {
  const parsed = parseSpelling(scan);
  return (parsed.ok ? parsed.value.elements.find(({ ai }) => ai === "00")?.value : undefined) ?? scan;
}

function Loading({ view }: { readonly view: DeliveryView }) {
  const { delivery, state, candidates, loaded } = view;
  const [scans, setScans] = useState<readonly string[]>([]);
  const [said, setSaid] = useState("");
  const may = useWhyNot("delivery.load");
  const load = useAct(siteApi.load, () => setScans([]));
  const scanned = new Set(scans.map(ssccOf));
  const take = (scan: string) => {
    const sscc = ssccOf(scan);
    if (scanned.has(sscc)) return setSaid(`${sscc} was scanned before.`);
    setSaid(
      candidates.some((each) => each.sscc === sscc)
        ? `${sscc} taken.`
        : `${sscc} taken; it is none of those that stand ready.`,
    );
    setScans([...scans, scan]);
  };
  return (
    <>
      <PageHead
        title={`Load ${delivery.purchaseOrder}`}
        below={
          <>
            for {delivery.shipTo} <Tag tone={deliveryTones[state]}>{state}</Tag>
          </>
        }
      />
      <div className="grid gap-4 xl:grid-cols-[1fr_24rem]">
        <div className="grid content-start gap-4">
          {state === "open" && (
            <Panel title="Scan each container">
              <ScanField label="Container" hint="Scan the SSCC of each pallet or case as it is loaded." onScan={take} />
              <p role="status" className="mt-2 min-h-5 text-muted">
                {said}
              </p>
              <Scanned scans={scans} onDrop={(scan) => setScans(scans.filter((each) => each !== scan))} />
              <Problem error={load.error} />
              <div className="mt-3">
                <Button
                  tone="primary"
                  why={may ?? (scans.length === 0 ? "Scan what was loaded first." : null)}
                  busy={load.isPending}
                  onPress={() =>
                    load.mutate({ params: { deliveryId: delivery.deliveryId }, body: { scans: [...scans] } })
                  }
                >
                  Report {scans.length} as loaded
                </Button>
              </div>
            </Panel>
          )}
          {loaded.length > 0 && (
            <Panel title="Loaded">
              <ul className="font-mono">
                {loaded.map((sscc) => (
                  <li key={sscc}>{sscc}</li>
                ))}
              </ul>
            </Panel>
          )}
          <Panel title="Ready to be loaded, oldest expiry first" flush>
            <Table
              label="Containers in stock"
              rows={candidates}
              keyOf={({ sscc }) => sscc}
              empty="Nothing in stock serves this delivery."
              columns={[
                { head: "SSCC", cell: ({ sscc }) => <span className="font-mono">{sscc}</span> },
                { head: "Kind", cell: ({ level }) => level },
                { head: "Lot", cell: ({ lot }) => <span className="font-mono">{lot}</span> },
                { head: "Expiry", cell: ({ expiry }) => expiryText(expiry) },
                { head: "Packs", align: "right", cell: ({ packs }) => countText(packs) },
                { head: "Scanned", cell: ({ sscc }) => (scanned.has(sscc) ? <Tag tone="good">scanned</Tag> : "–") },
              ]}
            />
          </Panel>
        </div>
        <Panel title="Wanted" className="self-start">
          <Facts
            facts={delivery.lines.map(({ gtin, lot, quantity }) => [`${gtin}, lot ${lot}`, countText(quantity)])}
          />
        </Panel>
      </div>
    </>
  );
}

function Scanned({ scans, onDrop }: { readonly scans: readonly string[]; readonly onDrop: (scan: string) => void }) {
  return (
    <ol className="mb-3 grid gap-1">
      {scans.map((scan) => (
        <li key={scan} className="flex items-center justify-between rounded bg-sunken px-3 py-0.5">
          <span className="font-mono">{ssccOf(scan)}</span>
          <Button size="small" tone="quiet" label={`Take ${ssccOf(scan)} off the list`} onPress={() => onDrop(scan)}>
            Take off
          </Button>
        </li>
      ))}
    </ol>
  );
}
