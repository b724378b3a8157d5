import { useState } from "react";
import type { QueryOf } from "../../../src/contract/endpoint.ts";
import { traceApi, type WorkedException } from "../../../src/contract/trace-api.ts";
import { useWhyNot } from "../calls/session.ts";
import { liveMs, useCall } from "../calls/use-call.ts";
import { Button } from "../design/button.tsx";
import { CheckField, SelectField } from "../design/field.tsx";
import { Answered } from "../design/notice.tsx";
import { PageHead, Panel } from "../design/panel.tsx";
import { Table } from "../design/table.tsx";
import { Tag } from "../design/tag.tsx";
import { useAddressSearch } from "../shell/address.ts";
import { countOf } from "../words/number-text.ts";
import { plainWords } from "../words/reason-text.ts";
import { Moment } from "../words/time-text.tsx";
import { AssignDialog, CommentDialog, NotesDialog, ResolveDialog } from "./exception-dialogs.tsx";
import { TraceLink } from "./trace-link.tsx";

type Doing = { readonly what: "assign" | "comment" | "resolve" | "notes"; readonly exception: WorkedException };
type Search = Readonly<Record<string, string | undefined>>;

function queryOf(search: Search): QueryOf<typeof traceApi.workedExceptions> {
  const severity = search["severity"];
  return {
    state: search["state"] === "resolved" ? ("resolved" as const) : ("open" as const),
    ...(severity === "error" || severity === "warning" ? { severity } : {}),
    ...(search["code"] === undefined ? {} : { code: search["code"] }),
    ...(search["of"] === "me" ? { mine: true } : {}),
    ...(search["of"] === "nobody" ? { unassigned: true } : {}),
    ...(search["before"] === undefined ? {} : { before: search["before"] }),
  };
}

/** What the events do not agree on, and who works it off. The address says which of them are shown. */
export function ExceptionsPage() {
  const [search, change] = useAddressSearch();
  const list = useCall(traceApi.workedExceptions, { query: queryOf(search) }, { everyMs: liveMs });
  const [doing, setDoing] = useState<Doing | null>(null);
  const close = () => setDoing(null);
  return (
    <>
      <PageHead
        title="Exceptions"
        below="What the events do not agree on. Nothing was refused for it; somebody has to find out."
      />
      <Filters search={search} onSearch={change} />
      <Answered call={list}>
        {({ exceptions, more, open, people }) => (
          <div className="grid gap-3">
            <p role="status" className="text-muted">
              Open: {countOf(open.error, "error")}, {countOf(open.warning, "warning")}.
            </p>
            <Panel title="Exceptions" flush bare>
              <ExceptionTable exceptions={exceptions} onDo={setDoing} />
            </Panel>
            <div className="flex gap-2">
              {search["before"] !== undefined && <Button onPress={() => change({ before: undefined })}>Newest</Button>}
              {more && <Button onPress={() => change({ before: exceptions.at(-1)?.exceptionId })}>Older</Button>}
            </div>
            {doing?.what === "assign" && <AssignDialog exception={doing.exception} people={people} onClose={close} />}
          </div>
        )}
      </Answered>
      {doing?.what === "comment" && <CommentDialog exception={doing.exception} onClose={close} />}
      {doing?.what === "resolve" && <ResolveDialog exception={doing.exception} onClose={close} />}
      {doing?.what === "notes" && <NotesDialog exception={doing.exception} onClose={close} />}
    </>
  );
}

function Filters({
  search,
  onSearch,
}: {
  readonly search: Search;
  readonly onSearch: (change: Record<string, string | undefined>) => void;
}) {
  const choose = (name: string, value: string) =>
    onSearch({ [name]: value === "" ? undefined : value, before: undefined });
  return (
    <div role="search" aria-label="Filter" className="mb-4 flex flex-wrap items-end gap-4">
      <SelectField
        label="Severity"
        value={search["severity"] ?? ""}
        onValue={(value) => choose("severity", value)}
        options={[
          ["", "any"],
          ["error", "error"],
          ["warning", "warning"],
        ]}
      />
      <SelectField
        label="Given to"
        value={search["of"] ?? ""}
        onValue={(value) => choose("of", value)}
        options={[
          ["", "anybody"],
          ["me", "me"],
          ["nobody", "nobody"],
        ]}
      />
      <CheckField
        label="Resolved ones"
        checked={search["state"] === "resolved"}
        onChecked={(checked) => choose("state", checked ? "resolved" : "")}
      />
      {search["code"] !== undefined && (
        <Button size="small" onPress={() => choose("code", "")}>
          Any kind, not only “{plainWords(search["code"])}”
        </Button>
      )}
    </div>
  );
}

function ExceptionTable({
  exceptions,
  onDo,
}: {
  readonly exceptions: readonly WorkedException[];
  readonly onDo: (doing: Doing) => void;
}) {
  const may = useWhyNot("exception.resolve");
  const closed = (exception: WorkedException) => may ?? (exception.state === "open" ? null : "It is resolved.");
  return (
    <Table
      label="Exceptions"
      rows={exceptions}
      keyOf={({ exceptionId }) => exceptionId}
      empty="None of this kind: the events agree."
      columns={[
        { head: "When", cell: ({ at }) => <Moment at={at} /> },
        {
          head: "Severity",
          cell: ({ severity }) => <Tag tone={severity === "error" ? "bad" : "warn"}>{severity}</Tag>,
        },
        { head: "Subject", cell: ({ subject }) => <TraceLink id={subject} />, wrap: true },
        {
          head: "What",
          cell: ({ code, message }) => (
            <>
              <strong>{plainWords(code)}</strong>: {message}
            </>
          ),
          wrap: true,
        },
        {
          head: "Given to",
          cell: (exception) => (
            <Button
              size="small"
              tone="quiet"
              why={closed(exception)}
              label={`Given to ${exception.assignedTo?.name ?? "nobody"}: ${exception.message}`}
              onPress={() => onDo({ what: "assign", exception })}
            >
              {exception.assignedTo?.name ?? "nobody"}
            </Button>
          ),
        },
        {
          head: "Work",
          cell: (exception) => (
            <span className="flex gap-1.5">
              <Button
                size="small"
                label={`Notes of: ${exception.message}`}
                onPress={() => onDo({ what: "notes", exception })}
              >
                Notes ({exception.notes.length})
              </Button>
              <Button
                size="small"
                why={may}
                label={`Comment: ${exception.message}`}
                onPress={() => onDo({ what: "comment", exception })}
              >
                Comment
              </Button>
              <Button
                size="small"
                why={closed(exception)}
                label={`Resolve: ${exception.message}`}
                onPress={() => onDo({ what: "resolve", exception })}
              >
                Resolve
              </Button>
            </span>
          ),
        },
      ]}
    />
  );
}
