import { useState } from "react";
import { commonApi, type MessageLane } from "../../../src/contract/common-api.ts";
import { useWhyNot } from "../calls/session.ts";
import { liveMs, useAct, useCall } from "../calls/use-call.ts";
import { Button } from "../design/button.tsx";
import { Answered } from "../design/notice.tsx";
import { PageHead, Panel } from "../design/panel.tsx";
import { ReasonDialog } from "../design/reason-dialog.tsx";
import { Table } from "../design/table.tsx";
import { Tag } from "../design/tag.tsx";
import { countText } from "../words/number-text.ts";
import { Ago, Moment } from "../words/time-text.tsx";

type Asking = { readonly lane: MessageLane; readonly what: "resend" | "skip" } | null;

/** Messages that wait to leave this level. A lane that its receiver refused stands until a person decides. */
export function LanesPage() {
  const lanes = useCall(commonApi.lanes, undefined, { everyMs: liveMs });
  const [asking, setAsking] = useState<Asking>(null);
  const may = useWhyNot("message.retry");
  const whyNot = (lane: MessageLane) => may ?? (lane.stopped ? null : "The lane moves by itself.");
  return (
    <>
      <PageHead
        title="Messages"
        below="What waits to leave this level. Within a lane messages go in the order they were made."
      />
      <Answered call={lanes}>
        {(list) => (
          <Panel title="Lanes" flush bare>
            <Table
              label="Lanes"
              rows={list}
              keyOf={({ lane }) => lane}
              empty="Nothing waits."
              columns={[
                { head: "Lane", cell: ({ lane }) => <span className="font-mono">{lane}</span> },
                {
                  head: "State",
                  cell: ({ stopped, waiting }) => (
                    <Tag tone={stopped ? "bad" : waiting > 0 ? "warn" : "good"}>
                      {stopped ? "stopped" : waiting > 0 ? "waiting" : "empty"}
                    </Tag>
                  ),
                },
                { head: "Waiting", align: "right", cell: ({ waiting }) => countText(waiting) },
                { head: "Oldest", cell: ({ oldest }) => (oldest === null ? "–" : <Ago at={oldest.at} />) },
                { head: "Attempts", align: "right", cell: ({ oldest }) => oldest?.attempts ?? "–" },
                {
                  head: "Next attempt",
                  cell: ({ nextAt, stopped }) => (stopped ? "when a person says so" : <Moment at={nextAt} />),
                },
                { head: "Last answer", cell: ({ lastError }) => lastError ?? "–", wrap: true },
                {
                  head: "Decide",
                  cell: (lane) => (
                    <span className="flex gap-1.5">
                      <Button
                        size="small"
                        why={whyNot(lane)}
                        label={`Resend the message at the head of ${lane.lane}`}
                        onPress={() => setAsking({ lane, what: "resend" })}
                      >
                        Resend
                      </Button>
                      <Button
                        size="small"
                        why={whyNot(lane)}
                        label={`Skip the message at the head of ${lane.lane}`}
                        onPress={() => setAsking({ lane, what: "skip" })}
                      >
                        Skip
                      </Button>
                    </span>
                  ),
                },
              ]}
            />
          </Panel>
        )}
      </Answered>
      {asking !== null && <DecideDialog asking={asking} onClose={() => setAsking(null)} />}
    </>
  );
}

function DecideDialog({ asking, onClose }: { readonly asking: NonNullable<Asking>; readonly onClose: () => void }) {
  const { lane, what } = asking;
  const act = useAct(what === "resend" ? commonApi.resendMessage : commonApi.skipMessage, onClose);
  const { oldest } = lane;
  return (
    <ReasonDialog
      title={what === "resend" ? "Send the message again" : "Give the message up"}
      submit={what === "resend" ? "Resend" : "Skip"}
      tone={what === "resend" ? "primary" : "danger"}
      busy={act.isPending}
      error={act.error}
      onReason={(reason) =>
        oldest !== null && act.mutate({ params: { messageId: oldest.messageId }, body: { reason } })
      }
      onClose={onClose}
    >
      <p>
        {what === "resend"
          ? "The message at the head of the lane is tried again now. It carries the same id: what was applied once is not applied twice."
          : "The message at the head of the lane is never sent, and the lane moves on. What it said has to reach the receiver in another way."}
      </p>
      <p className="font-mono text-[0.87rem] break-all text-muted">
        {oldest?.path} · {oldest?.messageId}
      </p>
    </ReasonDialog>
  );
}
