import { useMutation } from "@tanstack/react-query";
import { type Evidence, traceApi } from "../../../src/contract/trace-api.ts";
import { levelClient } from "../calls/level-client.ts";
import { saveReply } from "../calls/save-reply.ts";
import { useWhyNot } from "../calls/session.ts";
import { useCall } from "../calls/use-call.ts";
import { Button } from "../design/button.tsx";
import { Answered, Problem } from "../design/notice.tsx";
import { Panel } from "../design/panel.tsx";
import { SignaturesTable } from "../design/signatures-table.tsx";
import { Table } from "../design/table.tsx";
import { Tag } from "../design/tag.tsx";
import { Moment } from "../words/time-text.tsx";

/** The documents behind a trace, and who signed what about the lot. */
export function TraceEvidence({ id }: { readonly id: string }) {
  const evidence = useCall(traceApi.evidence, { query: { id } });
  return (
    <Answered call={evidence}>
      {({ documents, signatures }) => (
        <>
          <Panel title="Documents it rests on" flush>
            <Documents documents={documents} />
          </Panel>
          <Panel title="Who signed" flush>
            <SignaturesTable signatures={signatures} />
          </Panel>
        </>
      )}
    </Answered>
  );
}

function Documents({ documents }: Pick<Evidence, "documents">) {
  const why = useWhyNot("document.read");
  const take = useMutation({
    mutationFn: async (captureId: string) =>
      saveReply(await levelClient.raw(traceApi.document, { params: { captureId }, timeoutMs: 60_000 })),
  });
  return (
    <>
      <Problem error={take.error} />
      <Table
        label="Documents"
        rows={documents}
        keyOf={({ captureId }) => captureId}
        empty="No document tells of it."
        columns={[
          { head: "Received", cell: ({ at }) => <Moment at={at} /> },
          {
            head: "From",
            cell: ({ companyName, source }) => (
              <>
                {companyName} {source === "shared" && <Tag tone="info">theirs</Tag>}
              </>
            ),
            wrap: true,
          },
          { head: "Events", align: "right", cell: ({ events }) => events },
          {
            head: "Document",
            cell: ({ captureId, companyName, sha256 }) => (
              <Button
                size="small"
                icon="down"
                why={why}
                busy={take.isPending && take.variables === captureId}
                label={`Download the document of ${companyName}, SHA-256 ${sha256.slice(0, 12)}`}
                onPress={() => take.mutate(captureId)}
              >
                {sha256.slice(0, 12)}…
              </Button>
            ),
          },
        ]}
      />
    </>
  );
}
