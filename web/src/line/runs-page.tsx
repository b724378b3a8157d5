import { lineApi } from "../../../src/contract/line-api.ts";
import { liveMs, useCall } from "../calls/use-call.ts";
import { Answered } from "../design/notice.tsx";
import { PageHead, Panel } from "../design/panel.tsx";
import { Table } from "../design/table.tsx";
import { Tag } from "../design/tag.tsx";
import { PageLink } from "../shell/page-link.tsx";
import { countText } from "../words/number-text.ts";
import { expiryText, Moment } from "../words/time-text.tsx";
import { rejectedOf, runStateWords } from "./run-state.ts";

export function RunsPage() {
  const runs = useCall(lineApi.runs, undefined, { everyMs: liveMs });
  return (
    <>
      <PageHead title="Runs" below="Every run that this line holds, newest first." />
      <Answered call={runs}>
        {(list) => (
          <Panel title="Runs of this line" flush bare>
            <Table
              label="Runs of this line"
              rows={list}
              keyOf={({ runId }) => runId}
              empty="The site has not sent a run yet."
              columns={[
                {
                  head: "Lot",
                  cell: ({ runId, lot }) => (
                    <PageLink to="/runs/$runId" params={{ runId }} mono>
                      {lot}
                    </PageLink>
                  ),
                },
                { head: "Product", cell: ({ productName }) => productName, wrap: true },
                { head: "Expiry", cell: ({ expiry }) => expiryText(expiry) },
                { head: "State", cell: ({ state }) => <Tag tone={runStateWords[state][0]}>{state}</Tag> },
                {
                  head: "Packed",
                  align: "right",
                  cell: ({ packed, quantity }) => `${countText(packed)} / ${countText(quantity)}`,
                },
                { head: "Rejected", align: "right", cell: (run) => countText(rejectedOf(run)) },
                { head: "Started", cell: ({ startedAt }) => <Moment at={startedAt} none="not yet" /> },
                { head: "Completed", cell: ({ completedAt }) => <Moment at={completedAt} none="not yet" /> },
              ]}
            />
          </Panel>
        )}
      </Answered>
    </>
  );
}
