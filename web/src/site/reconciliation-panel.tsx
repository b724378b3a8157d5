import { type Reconciliation, siteApi } from "../../../src/contract/site-api.ts";
import { liveMs, useCall } from "../calls/use-call.ts";
import { Answered, Notice } from "../design/notice.tsx";
import { Panel } from "../design/panel.tsx";
import { Table } from "../design/table.tsx";
import { Tag } from "../design/tag.tsx";
import { countText } from "../words/number-text.ts";

/** The balance by packaging level, and beside it what printers, camera, conveyor and the counted bin say. */
export function ReconciliationPanel({ workOrderId }: { readonly workOrderId: string }) {
  const reconciliation = useCall(siteApi.reconciliation, { params: { workOrderId } }, { everyMs: liveMs });
  return <Answered call={reconciliation}>{(value) => <ReconciliationTables of={value} />}</Answered>;
}

const rows: readonly (readonly [words: string, key: keyof Reconciliation["levels"][number], sum?: "sum"])[] = [
  ["Allocated", "allocated", "sum"],
  ["Returned", "returned"],
  ["Deactivated unused", "deactivated"],
  ["Invalid", "invalid"],
  ["Label sampled", "labelSampled"],
  ["Label scrapped", "labelScrapped"],
  ["Ever commissioned", "everCommissioned", "sum"],
  ["Good", "good"],
  ["Sampled", "sampled"],
  ["Destroyed", "destroyed"],
  ["Decommissioned", "decommissioned"],
  ["of these missing", "missing"],
  ["Packed", "packed"],
  ["Loose, authorised", "loose"],
  ["Unaccounted", "unaccounted", "sum"],
];

export function ReconciliationTables({ of }: { readonly of: Reconciliation }) {
  return (
    <div className="grid items-start gap-4 xl:grid-cols-2">
      <Panel
        title="Balance of numbers"
        flush
        actions={<Tag tone={of.balanced ? "good" : "warn"}>{of.balanced ? "balanced" : "not balanced yet"}</Tag>}
      >
        <Balance levels={of.levels} />
      </Panel>
      <div className="grid content-start gap-4">
        <Panel title="Cross-checks" flush>
          <Table
            label="Cross-checks"
            rows={of.crossChecks}
            keyOf={({ source, what }) => `${source} ${what}`}
            empty="Nothing to compare yet."
            columns={[
              { head: "Source", cell: ({ source }) => source },
              { head: "What", cell: ({ what }) => what, wrap: true },
              { head: "On record", align: "right", cell: ({ expected }) => countText(expected) },
              { head: "Counted", align: "right", cell: ({ counted }) => countText(counted) },
              {
                head: "Agrees",
                cell: ({ agrees, setAside = false }) => (
                  <Tag tone={agrees ? "good" : setAside ? "warn" : "bad"}>
                    {agrees ? "agrees" : setAside ? "set aside" : "differs"}
                  </Tag>
                ),
              },
            ]}
          />
        </Panel>
        <Panel title="Integrity">
          {of.integrity.length === 0 ? (
            <p className="text-good-text">No finding.</p>
          ) : (
            <div className="grid gap-2">
              {of.integrity.map(({ rule, severity, at, message }) => (
                <Notice key={`${rule} ${at}`} tone={severity === "error" ? "bad" : "warn"} title={message}>
                  <span className="font-mono text-[0.82rem]">
                    {rule} {at}
                  </span>
                </Notice>
              ))}
            </div>
          )}
        </Panel>
      </div>
    </div>
  );
}

function Balance({ levels }: { readonly levels: Reconciliation["levels"] }) {
  return (
    <div role="region" aria-label="Balance of numbers" tabIndex={0} className="relative overflow-x-auto">
      <table className="w-full text-left">
        <thead>
          <tr className="border-b border-line bg-sunken text-[0.82rem] text-muted">
            <th scope="col" className="px-4 py-1.5 font-medium">
              Numbers
            </th>
            {levels.map(({ level }) => (
              <th key={level} scope="col" className="px-4 py-1.5 text-right font-medium">
                {level}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([words, key, sum]) => (
            <tr key={key} className={`border-b border-line last:border-b-0 ${sum === "sum" ? "font-semibold" : ""}`}>
              <th
                scope="row"
                className={`px-4 py-1 ${sum === "sum" ? "font-semibold" : "pl-7 font-normal text-muted"}`}
              >
                {words}
              </th>
              {levels.map((each) => (
                <td
                  key={each.level}
                  className={`px-4 py-1 text-right ${key === "unaccounted" && each.unaccounted !== 0 ? "text-bad-text" : ""}`}
                >
                  {countText(Number(each[key] ?? 0))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
