import { useState } from "react";
import { type CaptureJobView, enterpriseApi } from "../../../src/contract/enterprise-api.ts";
import { useWhyNot } from "../calls/session.ts";
import { useUpload } from "../calls/upload.ts";
import { liveMs, useCall } from "../calls/use-call.ts";
import { Button } from "../design/button.tsx";
import { FormDialog } from "../design/dialog.tsx";
import { Field, SelectField } from "../design/field.tsx";
import { Answered } from "../design/notice.tsx";
import { PageHead, Panel, Progress } from "../design/panel.tsx";
import { Table } from "../design/table.tsx";
import { Tag, type Tone } from "../design/tag.tsx";
import { countOf, countText } from "../words/number-text.ts";
import { Moment } from "../words/time-text.tsx";

const tones: Readonly<Record<CaptureJobView["state"], Tone>> = {
  receiving: "info",
  waiting: "idle",
  capturing: "info",
  captured: "good",
  refused: "bad",
};

export function DocumentsPage() {
  const jobs = useCall(enterpriseApi.captureJobs, undefined, { everyMs: liveMs });
  const may = useWhyNot("event.upload");
  const [uploading, setUploading] = useState(false);
  return (
    <>
      <PageHead
        title="Event documents"
        below="EPCIS documents of any size. What is known already changes nothing; what cannot be read is refused whole."
        actions={
          <Button tone="primary" why={may} onPress={() => setUploading(true)}>
            Upload a document
          </Button>
        }
      />
      <Answered call={jobs}>
        {(list) => (
          <Panel title="Event documents" flush bare>
            <Table
              label="Event documents"
              rows={list}
              keyOf={({ jobId }) => jobId}
              empty="No document was uploaded."
              columns={[
                { head: "When", cell: ({ createdAt }) => <Moment at={createdAt} /> },
                { head: "Document", cell: (job) => <Named job={job} />, wrap: true },
                { head: "State", cell: ({ state }) => <Tag tone={tones[state]}>{state}</Tag> },
                { head: "Events", cell: (job) => <Events job={job} /> },
                { head: "Exceptions", align: "right", cell: ({ exceptions }) => countText(exceptions) },
                { head: "Found in it", cell: (job) => <Found job={job} />, wrap: true },
              ]}
            />
          </Panel>
        )}
      </Answered>
      {uploading && <UploadDialog onClose={() => setUploading(false)} />}
    </>
  );
}

const kilo = 1024;

function Named({ job: { name, bytes, partner, by } }: { readonly job: CaptureJobView }) {
  const size = bytes < kilo ** 2 ? `${Math.ceil(bytes / kilo)} KiB` : `${Math.round(bytes / kilo ** 2)} MiB`;
  return (
    <>
      <div className="break-words">{name}</div>
      <div className="text-[0.85rem] text-muted">
        {size}, {partner === null ? "our own" : `word of ${partner}`}, by {by}
      </div>
    </>
  );
}

function Events({ job: { name, state, events } }: { readonly job: CaptureJobView }) {
  if (events.total === null) return <>–</>;
  return (
    <div className="grid min-w-40 gap-1">
      <span>
        {state === "capturing" ? `${countText(events.done)} of ${countText(events.total)}` : countText(events.done)}
      </span>
      {state === "capturing" && (
        <Progress value={events.done} max={events.total} label={`Events of ${name} that are captured`} />
      )}
      <span className="text-[0.85rem] text-muted">
        {countText(events.captured)} new, {countText(events.duplicate)} known
      </span>
    </div>
  );
}

/** Why it was refused, or what the standard objects to in what was captured. */
function Found({ job: { refusal, findings } }: { readonly job: CaptureJobView }) {
  if (refusal !== null)
    return (
      <>
        {refusal.message || refusal.code} <span className="font-mono text-muted">{refusal.at}</span>
      </>
    );
  const [first] = findings?.list ?? [];
  if (findings === null || first === undefined) return <>{findings === null ? "–" : "nothing"}</>;
  return (
    <>
      {countOf(findings.errors, "error")}, {countOf(findings.warnings, "warning")}. First: {first.message}{" "}
      <span className="break-all font-mono text-muted">{first.at}</span>
    </>
  );
}

function UploadDialog({ onClose }: { readonly onClose: () => void }) {
  const parties = useCall(enterpriseApi.parties);
  const [file, setFile] = useState<File | null>(null);
  const [partner, setPartner] = useState("");
  const upload = useUpload(onClose);
  const others = (parties.data ?? []).filter(({ role }) => role !== "self" && role !== "site");
  return (
    <FormDialog
      title="Upload a document"
      submit="Upload"
      busy={upload.isPending}
      error={upload.error}
      why={file === null ? "Choose a file." : null}
      onSubmit={() => file !== null && upload.mutate({ file, partner })}
      onClose={onClose}
    >
      <Field label="File" hint="EPCIS in JSON, or in XML when its name ends in .xml.">
        {({ id, describedBy }) => (
          <input
            id={id}
            aria-describedby={describedBy}
            type="file"
            accept=".json,.jsonld,.xml"
            className="w-full rounded-md border border-edge bg-surface text-ink file:mr-3 file:border-0 file:border-r file:border-edge file:bg-sunken file:px-3 file:py-2 file:text-ink"
            onChange={(event) => setFile(event.target.files?.[0] ?? null)}
          />
        )}
      </Field>
      <SelectField
        label="Whose word it is"
        value={partner}
        onValue={setPartner}
        options={[["", "Our own"], ...others.map(({ gln, name }) => [gln, name] as const)]}
        hint="Another company may tell of what it made, had or has; the rest has no effect."
      />
    </FormDialog>
  );
}
