import { siteApi } from "../../../src/contract/site-api.ts";
import { liveMs, useCall } from "../calls/use-call.ts";
import { Answered } from "../design/notice.tsx";
import { PageHead, Panel } from "../design/panel.tsx";
import { Table } from "../design/table.tsx";
import { Tag } from "../design/tag.tsx";
import { PageLink } from "../shell/page-link.tsx";
import { countText } from "../words/number-text.ts";
import { Ago } from "../words/time-text.tsx";

export function LinesPage() {
  const lines = useCall(siteApi.lines, undefined, { everyMs: liveMs });
  return (
    <>
      <PageHead title="Lines" below="The packaging lines of this site, and how far their journals are known here." />
      <Answered call={lines}>
        {(list) => (
          <Panel title="Lines" flush bare>
            <Table
              label="Lines"
              rows={list}
              keyOf={({ lineId }) => lineId}
              empty="No line is configured."
              columns={[
                {
                  head: "Line",
                  cell: ({ lineId, url }) => (
                    <a href={url} className="font-medium text-accent-text underline">
                      {lineId}
                    </a>
                  ),
                },
                {
                  head: "State",
                  cell: ({ alive }) => <Tag tone={alive ? "good" : "bad"}>{alive ? "alive" : "no answer"}</Tag>,
                },
                { head: "Last heard", cell: ({ lastHeardAt }) => <Ago at={lastHeardAt} /> },
                { head: "Journal up to", align: "right", cell: ({ lastSeq }) => countText(lastSeq) },
                {
                  head: "Orders",
                  cell: ({ orders }) =>
                    orders.map((workOrderId) => (
                      <PageLink key={workOrderId} to="/work-orders/$workOrderId" params={{ workOrderId }} mono>
                        {workOrderId.slice(-8)}
                      </PageLink>
                    )),
                },
              ]}
            />
          </Panel>
        )}
      </Answered>
    </>
  );
}
