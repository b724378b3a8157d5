import { enterpriseApi, type ReportView } from "../../../src/contract/enterprise-api.ts";
import { useWhyNot } from "../calls/session.ts";
import { liveMs, useAct, useCall } from "../calls/use-call.ts";
import { Button } from "../design/button.tsx";
import { Answered, Problem } from "../design/notice.tsx";
import { PageHead, Panel } from "../design/panel.tsx";
import { Table } from "../design/table.tsx";
import { Simulated, Tag } from "../design/tag.tsx";
import { countText } from "../words/number-text.ts";
import { Moment } from "../words/time-text.tsx";
import { reportTones } from "./lot-words.ts";

const sendable: readonly ReportView["state"][] = ["generated", "refused", "due-for-correction"];

export function ReportsPage() {
  const reports = useCall(enterpriseApi.reports, undefined, { everyMs: liveMs });
  const may = useWhyNot("report.send");
  const send = useAct(enterpriseApi.sendReport);
  const whyNot = ({ state }: ReportView) =>
    may ??
    (sendable.includes(state) ? null : state === "accepted" ? "The authority accepted it." : "It is on its way.");
  return (
    <>
      <PageHead title="Reports" below="What the markets’ authorities must be told, and what they answered." />
      <Problem error={send.error} />
      <Answered call={reports}>
        {(list) => (
          <Panel title="Reports" flush bare>
            <Table
              label="Reports"
              rows={list}
              keyOf={({ reportId }) => reportId}
              empty="No report has been made."
              columns={[
                { head: "Market", cell: ({ market }) => market.toUpperCase() },
                {
                  head: "Kind",
                  cell: ({ kind, simulated }) => (
                    <>
                      {kind} {simulated && <Simulated what="A simulator stands in for the authority." />}
                    </>
                  ),
                },
                { head: "Subject", cell: ({ subject }) => <span className="font-mono">{subject}</span> },
                { head: "Packs", align: "right", cell: ({ packs }) => countText(packs) },
                { head: "State", cell: ({ state }) => <Tag tone={reportTones[state]}>{state}</Tag> },
                { head: "Sent", cell: ({ sentAt }) => <Moment at={sentAt} none="not yet" /> },
                { head: "Answered", cell: ({ answeredAt }) => <Moment at={answeredAt} none="not yet" /> },
                { head: "Answer", cell: ({ answer }) => answer || "–", wrap: true },
                {
                  head: "Send",
                  cell: (report) => (
                    <Button
                      size="small"
                      why={whyNot(report)}
                      busy={send.isPending}
                      label={`Send the report on ${report.subject}`}
                      onPress={() => send.mutate({ params: { reportId: report.reportId } })}
                    >
                      Send
                    </Button>
                  ),
                },
              ]}
            />
          </Panel>
        )}
      </Answered>
    </>
  );
}
