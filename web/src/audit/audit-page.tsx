import { type FormEvent, useState } from "react";
import { type AuditEntry, commonApi } from "../../../src/contract/common-api.ts";
import { useCall } from "../calls/use-call.ts";
import { Button } from "../design/button.tsx";
import { TextField } from "../design/field.tsx";
import { Answered } from "../design/notice.tsx";
import { PageHead, Panel } from "../design/panel.tsx";
import { Table } from "../design/table.tsx";
import { useAddressSearch } from "../shell/address.ts";
import { Moment } from "../words/time-text.tsx";
import { ChainCheck } from "./chain-check.tsx";

const pageSize = 100;

/** Who changed what, when and why; the address keeps what is looked for. */
export function AuditPage() {
  const [search, change] = useAddressSearch();
  const { chain, subject, actor, action, after } = search;
  const query = {
    limit: pageSize,
    ...(chain === undefined ? {} : { chain }),
    ...(subject === undefined ? {} : { subject }),
    ...(actor === undefined ? {} : { actor }),
    ...(action === undefined ? {} : { action }),
    ...(after === undefined ? {} : { after }),
  };
  const audit = useCall(commonApi.audit, { query });
  return (
    <>
      <PageHead title="Audit trail" below="Every change with who, when, before, after and why; newest first." />
      <div className="grid gap-4">
        <ChainCheck />
        <Filter
          key={JSON.stringify(search)}
          search={search}
          onSearch={(wanted) => change({ ...wanted, after: undefined })}
        />
        <Answered call={audit}>
          {({ entries, next }) => (
            <>
              <Panel title="Entries" flush>
                <Entries entries={entries} />
              </Panel>
              <div className="flex gap-2">
                {after !== undefined && <Button onPress={() => change({ after: undefined })}>Newest</Button>}
                <Button
                  why={next === null ? "These are the oldest." : null}
                  onPress={() => change({ after: next ?? undefined })}
                >
                  Older
                </Button>
              </div>
            </>
          )}
        </Answered>
      </div>
    </>
  );
}

type Search = Readonly<Record<string, string | undefined>>;

function Filter({
  search,
  onSearch,
}: {
  readonly search: Search;
  readonly onSearch: (search: Record<string, string | undefined>) => void;
}) {
  const [wanted, setWanted] = useState<Search>(search);
  const field = (name: string, label: string, placeholder: string) => (
    <TextField
      label={label}
      value={wanted[name] ?? ""}
      onValue={(value) => setWanted({ ...wanted, [name]: value })}
      placeholder={placeholder}
      spellCheck={false}
    />
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSearch(
      Object.fromEntries(
        ["subject", "actor", "action", "chain"].map((name) => [name, wanted[name]?.trim() || undefined]),
      ),
    );
  };
  return (
    <form
      onSubmit={submit}
      role="search"
      aria-label="Audit entries"
      className="grid gap-3 rounded-lg border border-line bg-surface p-4 sm:grid-cols-2 lg:grid-cols-[repeat(4,1fr)_auto] lg:items-end"
    >
      {field("subject", "Subject", "lot/09521234543213/L2611A")}
      {field("actor", "Who", "user name or system")}
      {field("action", "Action", "lot.release")}
      {field("chain", "Chain", "user/…")}
      <Button submit icon="search">
        Look
      </Button>
    </form>
  );
}

function Entries({ entries }: { readonly entries: readonly AuditEntry[] }) {
  return (
    <Table
      label="Audit entries"
      rows={entries}
      keyOf={({ chain, seq }) => `${chain} ${seq}`}
      empty="No entry like that."
      columns={[
        { head: "When", cell: ({ at }) => <Moment at={at} /> },
        { head: "Who", cell: ({ actorName, actorKind }) => <span title={actorKind}>{actorName}</span> },
        { head: "Action", cell: ({ action }) => <span className="font-mono">{action}</span> },
        { head: "Subject", cell: ({ subject }) => <span className="font-mono break-all">{subject}</span>, wrap: true },
        { head: "Why", cell: ({ reason }) => reason ?? "–", wrap: true },
        { head: "Change", cell: (entry) => <Change entry={entry} />, wrap: true },
      ]}
    />
  );
}

function Change({ entry }: { readonly entry: AuditEntry }) {
  return (
    <details>
      <summary className="w-fit text-accent-text underline">
        before, after<span className="sr-only"> of {entry.action}</span>
      </summary>
      <pre className="mt-1 max-w-xl overflow-x-auto rounded bg-sunken p-2 font-mono text-[0.78rem] whitespace-pre-wrap">
        {`before ${JSON.stringify(entry.before, null, 1)}\nafter  ${JSON.stringify(entry.after, null, 1)}\nentry ${entry.seq} of ${entry.chain}\nhash ${entry.hash}`}
      </pre>
    </details>
  );
}
