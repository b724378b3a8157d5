import { siteApi } from "../../../src/contract/site-api.ts";
import { useCall } from "../calls/use-call.ts";
import { Answered } from "../design/notice.tsx";
import { Facts, PageHead, Panel } from "../design/panel.tsx";
import { SignaturesTable } from "../design/signatures-table.tsx";
import { Table } from "../design/table.tsx";
import { useAddressParams } from "../shell/address.ts";
import { PageLink } from "../shell/page-link.tsx";
import { countOf, countText } from "../words/number-text.ts";
import { Moment } from "../words/time-text.tsx";
import { ReconciliationTables } from "./reconciliation-panel.tsx";

export function BatchRecordPage() {
  const { workOrderId = "" } = useAddressParams();
  const record = useCall(siteApi.batchRecord, { params: { workOrderId } });
  return (
    <>
      <PageHead
        title="Batch record"
        below={
          <PageLink to="/work-orders/$workOrderId" params={{ workOrderId }}>
            Back to the order
          </PageLink>
        }
      />
      <Answered call={record}>
        {({ hash, order, reconciliation, signatures, journal, missing = [], waivers = [] }) => (
          <div className="grid gap-4">
            <Panel title={`Lot ${order.lot}, ${order.productName}`}>
              <Facts
                facts={[
                  ["Record hash", <span className="font-mono text-[0.87rem] break-all">{hash}</span>],
                  ["Journal", countOf(journal.entries, "entry", "entries")],
                  ["First hash", <span className="font-mono text-[0.87rem] break-all">{journal.firstHash}</span>],
                  ["Last hash", <span className="font-mono text-[0.87rem] break-all">{journal.lastHash}</span>],
                ]}
              />
            </Panel>
            <Panel title="Signatures" flush>
              <SignaturesTable signatures={signatures} />
            </Panel>
            {missing.length > 0 && (
              <Panel title="Packs written off as missing" flush>
                <Table
                  label="Packs written off as missing"
                  rows={missing}
                  keyOf={({ at }) => String(at)}
                  empty=""
                  columns={[
                    { head: "When", cell: ({ at }) => <Moment at={at} /> },
                    { head: "Expected", align: "right", cell: ({ expected }) => countText(expected) },
                    { head: "Counted", align: "right", cell: ({ counted }) => countText(counted) },
                    { head: "Missing", align: "right", cell: (each) => countText(each.missing) },
                    { head: "Numbers ended", align: "right", cell: ({ numbers }) => countText(numbers) },
                    { head: "Reason", cell: ({ reason }) => reason, wrap: true },
                  ]}
                />
              </Panel>
            )}
            {waivers.length > 0 && (
              <Panel title="Warnings waived by QA" flush>
                <Table
                  label="Warnings waived by QA"
                  rows={waivers}
                  keyOf={({ rule, at }) => `${rule} ${at}`}
                  empty=""
                  columns={[
                    { head: "Rule", cell: ({ rule }) => <span className="font-mono">{rule}</span> },
                    { head: "About", cell: ({ at }) => at },
                    { head: "Reason", cell: ({ reason }) => reason, wrap: true },
                  ]}
                />
              </Panel>
            )}
            <ReconciliationTables of={reconciliation} />
          </div>
        )}
      </Answered>
    </>
  );
}
