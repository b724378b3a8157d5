import { useState } from "react";
import { enterpriseApi, type Party } from "../../../src/contract/enterprise-api.ts";
import { useWhyNot } from "../calls/session.ts";
import { useCall } from "../calls/use-call.ts";
import { Button } from "../design/button.tsx";
import { Answered } from "../design/notice.tsx";
import { PageHead, Panel } from "../design/panel.tsx";
import { Table } from "../design/table.tsx";
import { PartyDialog } from "./party-dialog.tsx";

export function PartnersPage() {
  const parties = useCall(enterpriseApi.parties);
  const may = useWhyNot("partner.write");
  const [writing, setWriting] = useState<Party | "new" | null>(null);
  return (
    <>
      <PageHead
        title="Partners and places"
        below="Companies, sites and places known here, each by its GLN."
        actions={
          <Button tone="primary" why={may} onPress={() => setWriting("new")}>
            Write a partner or place
          </Button>
        }
      />
      <Answered call={parties}>
        {(list) => (
          <Panel title="Partners and places" flush bare>
            <Table
              label="Partners and places"
              rows={list}
              keyOf={({ gln }) => gln}
              empty="None yet."
              columns={[
                { head: "GLN", cell: ({ gln }) => <span className="font-mono">{gln}</span> },
                { head: "Name", cell: ({ name }) => name },
                { head: "Role", cell: ({ role }) => (role === "self" ? "this company" : role) },
                {
                  head: "Address",
                  cell: ({ address }) =>
                    `${address.street}, ${address.postalCode} ${address.city}, ${address.countryCode}`,
                  wrap: true,
                },
                { head: "Belongs to", cell: ({ ownedBy }) => <span className="font-mono">{ownedBy ?? "–"}</span> },
                {
                  head: "Change",
                  cell: (party) => (
                    <Button size="small" why={may} label={`Change ${party.name}`} onPress={() => setWriting(party)}>
                      Change
                    </Button>
                  ),
                },
              ]}
            />
          </Panel>
        )}
      </Answered>
      {writing !== null && <PartyDialog party={writing === "new" ? null : writing} onClose={() => setWriting(null)} />}
    </>
  );
}
