import { siteApi } from "../../../src/contract/site-api.ts";
import { useCall } from "../calls/use-call.ts";
import { Answered } from "../design/notice.tsx";
import { Facts, PageHead, Panel } from "../design/panel.tsx";
import { SignaturesTable } from "../design/signatures-table.tsx";
import { useAddressParams } from "../shell/address.ts";
import { PageLink } from "../shell/page-link.tsx";
import { countOf } from "../words/number-text.ts";
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
        {({ hash, order, reconciliation, signatures, journal }) => (
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
            <ReconciliationTables of={reconciliation} />
          </div>
        )}
      </Answered>
    </>
  );
}
