import { type MessageView, networkApi } from "../../../src/contract/network-api.ts";
import { liveMs, useCall } from "../calls/use-call.ts";
import { Answered } from "../design/notice.tsx";
import { PageHead, Panel } from "../design/panel.tsx";
import { Table } from "../design/table.tsx";
import { Tag, type Tone } from "../design/tag.tsx";
import { countText } from "../words/number-text.ts";
import { Moment } from "../words/time-text.tsx";

const tones: Readonly<Record<MessageView["state"], Tone>> = {
  waiting: "warn",
  delivered: "info",
  accepted: "good",
  refused: "bad",
};

export function MessagesPage() {
  const messages = useCall(networkApi.messages, undefined, { everyMs: liveMs });
  return (
    <>
      <PageHead
        title="Deliveries"
        below="Documents and reports on their way between companies and to authorities, and what became of them."
      />
      <Answered call={messages}>
        {(list) => (
          <Panel title="Deliveries" flush bare>
            <Table
              label="Deliveries"
              rows={list}
              keyOf={({ messageId }) => messageId}
              empty="Nothing has been sent yet."
              columns={[
                { head: "When", cell: ({ at }) => <Moment at={at} /> },
                { head: "From", cell: ({ from }) => <span className="font-mono">{from}</span> },
                { head: "To", cell: ({ to }) => <span className="font-mono">{to}</span> },
                { head: "Kind", cell: ({ kind }) => kind },
                { head: "Bytes", align: "right", cell: ({ bytes }) => countText(bytes) },
                { head: "State", cell: ({ state }) => <Tag tone={tones[state]}>{state}</Tag> },
                { head: "Attempts", align: "right", cell: ({ attempts }) => attempts },
                { head: "Detail", cell: ({ detail }) => detail || "–", wrap: true },
              ]}
            />
          </Panel>
        )}
      </Answered>
    </>
  );
}
