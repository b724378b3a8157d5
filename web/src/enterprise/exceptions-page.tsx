import { useState } from "react";
import type { Static } from "typebox";
import { enterpriseApi, type LedgerException as LedgerExceptionSchema } from "../../../src/contract/enterprise-api.ts";
import { useWhyNot } from "../calls/session.ts";
import { liveMs, useAct, useCall } from "../calls/use-call.ts";
import { Button } from "../design/button.tsx";
import { Answered } from "../design/notice.tsx";
import { PageHead, Panel } from "../design/panel.tsx";
import { ReasonDialog } from "../design/reason-dialog.tsx";
import { Table } from "../design/table.tsx";
import { Tag } from "../design/tag.tsx";
import { plainWords } from "../words/reason-text.ts";
import { Moment } from "../words/time-text.tsx";
import { TraceLink } from "./trace-link.tsx";

type LedgerException = Static<typeof LedgerExceptionSchema>;

export function ExceptionsPage() {
  const exceptions = useCall(enterpriseApi.exceptions, undefined, { everyMs: liveMs });
  const may = useWhyNot("exception.resolve");
  const [resolving, setResolving] = useState<LedgerException | null>(null);
  return (
    <>
      <PageHead
        title="Exceptions"
        below="What the events do not agree on. Nothing was refused for it; somebody has to find out."
      />
      <Answered call={exceptions}>
        {(list) => (
          <Panel title="Exceptions" flush bare>
            <Table
              label="Exceptions"
              rows={list}
              keyOf={({ exceptionId }) => exceptionId}
              empty="The events agree."
              columns={[
                { head: "When", cell: ({ at }) => <Moment at={at} /> },
                {
                  head: "Severity",
                  cell: ({ severity }) => <Tag tone={severity === "error" ? "bad" : "warn"}>{severity}</Tag>,
                },
                { head: "Kind", cell: ({ code }) => plainWords(code) },
                { head: "Subject", cell: ({ subject }) => <TraceLink id={subject} /> },
                { head: "What", cell: ({ message }) => message, wrap: true },
                { head: "State", cell: ({ state }) => <Tag tone={state === "open" ? "warn" : "good"}>{state}</Tag> },
                {
                  head: "Resolve",
                  cell: (exception) => (
                    <Button
                      size="small"
                      why={may ?? (exception.state === "open" ? null : "It is resolved.")}
                      label={`Resolve: ${exception.message}`}
                      onPress={() => setResolving(exception)}
                    >
                      Resolve
                    </Button>
                  ),
                },
              ]}
            />
          </Panel>
        )}
      </Answered>
      {resolving !== null && <ResolveDialog exception={resolving} onClose={() => setResolving(null)} />}
    </>
  );
}

function ResolveDialog({ exception, onClose }: { readonly exception: LedgerException; readonly onClose: () => void }) {
  const resolve = useAct(enterpriseApi.resolveException, onClose);
  return (
    <ReasonDialog
      title="Resolve the exception"
      submit="Resolve"
      busy={resolve.isPending}
      error={resolve.error}
      onReason={(reason) => resolve.mutate({ params: { exceptionId: exception.exceptionId }, body: { reason } })}
      onClose={onClose}
    >
      <p>{exception.message}</p>
    </ReasonDialog>
  );
}
