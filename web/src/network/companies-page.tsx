import { useState } from "react";
import { type Company, networkApi } from "../../../src/contract/network-api.ts";
import { useWhyNot } from "../calls/session.ts";
import { useCall } from "../calls/use-call.ts";
import { Button } from "../design/button.tsx";
import { Answered } from "../design/notice.tsx";
import { PageHead, Panel } from "../design/panel.tsx";
import { Table } from "../design/table.tsx";
import { Tag, type Tone } from "../design/tag.tsx";
import { momentText } from "../words/time-text.tsx";
import { CompanyDialog } from "./company-dialog.tsx";
import { ConnectionDialog } from "./connection-dialog.tsx";

const tones: Readonly<Record<Company["state"], Tone>> = { invited: "info", active: "good", suspended: "bad" };

export function CompaniesPage() {
  const companies = useCall(networkApi.companies);
  const may = useWhyNot("company.write");
  const [writing, setWriting] = useState<Company | "new" | null>(null);
  const [connecting, setConnecting] = useState(false);
  return (
    <>
      <PageHead
        title="Companies"
        below="Who is on the network, and the evidence that they are who they say."
        actions={
          <>
            <Button why={may} onPress={() => setConnecting(true)}>
              Connect two companies
            </Button>
            <Button tone="primary" why={may} onPress={() => setWriting("new")}>
              Admit a company
            </Button>
          </>
        }
      />
      <Answered call={companies}>
        {(list) => (
          <>
            <Panel title="Companies" flush bare>
              <Table
                label="Companies"
                rows={list}
                keyOf={({ gln }) => gln}
                empty="No company has been admitted."
                columns={[
                  { head: "GLN", cell: ({ gln }) => <span className="font-mono">{gln}</span> },
                  { head: "Name", cell: ({ name }) => name },
                  { head: "Role", cell: ({ role }) => role },
                  { head: "State", cell: ({ state }) => <Tag tone={tones[state]}>{state}</Tag> },
                  {
                    head: "Answers for prefixes",
                    cell: ({ companyPrefixes }) => (
                      <span className="font-mono">{companyPrefixes.join(", ") || "–"}</span>
                    ),
                    wrap: true,
                  },
                  {
                    head: "Evidence",
                    cell: ({ evidence }) =>
                      evidence.map(({ kind, reference, checkedAt }) => (
                        <div key={kind + reference} title={momentText(checkedAt)}>
                          {kind}: {reference}
                        </div>
                      )),
                    wrap: true,
                  },
                  {
                    head: "Change",
                    cell: (company) => (
                      <Button
                        size="small"
                        why={may}
                        label={`Change ${company.name}`}
                        onPress={() => setWriting(company)}
                      >
                        Change
                      </Button>
                    ),
                  },
                ]}
              />
            </Panel>
            {connecting && <ConnectionDialog companies={list} onClose={() => setConnecting(false)} />}
          </>
        )}
      </Answered>
      {writing !== null && (
        <CompanyDialog company={writing === "new" ? null : writing} onClose={() => setWriting(null)} />
      )}
    </>
  );
}
