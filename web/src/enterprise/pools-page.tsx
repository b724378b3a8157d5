import { useState } from "react";
import { enterpriseApi, type Pool } from "../../../src/contract/enterprise-api.ts";
import { useWhyNot } from "../calls/session.ts";
import { useAct, useCall } from "../calls/use-call.ts";
import { Button } from "../design/button.tsx";
import { Answered } from "../design/notice.tsx";
import { PageHead, Panel } from "../design/panel.tsx";
import { ReasonDialog } from "../design/reason-dialog.tsx";
import { Table } from "../design/table.tsx";
import { Tag } from "../design/tag.tsx";
import { longCountText } from "../words/number-text.ts";
import { NumberQuestion } from "./number-question.tsx";
import { PoolDialog } from "./pool-dialog.tsx";

export function PoolsPage() {
  const pools = useCall(enterpriseApi.pools);
  const may = useWhyNot("pool.write");
  const [opening, setOpening] = useState(false);
  const [closing, setClosing] = useState<Pool | null>(null);
  return (
    <>
      <PageHead
        title="Number pools"
        below="Serial numbers are computed, not stored: a pool is a domain and a counter. Domains never overlap."
        actions={
          <Button tone="primary" why={may} onPress={() => setOpening(true)}>
            Open a pool
          </Button>
        }
      />
      <div className="grid gap-4">
        <NumberQuestion />
        <Answered call={pools}>
          {(list) => (
            <Panel title="Pools" flush>
              <Table
                label="Pools"
                rows={list}
                keyOf={({ poolId }) => String(poolId)}
                empty="No pool is open: no number can be allocated."
                columns={[
                  { head: "Pool", align: "right", cell: ({ poolId }) => poolId },
                  { head: "Level", cell: ({ level }) => level },
                  { head: "GTIN", cell: ({ gtin }) => <span className="font-mono">{gtin ?? "–"}</span> },
                  {
                    head: "Domain",
                    cell: ({ format }) => <span className="font-mono break-all">{format}</span>,
                    wrap: true,
                  },
                  { head: "Capacity", align: "right", cell: ({ capacity }) => longCountText(capacity) },
                  { head: "Issued", align: "right", cell: ({ issued }) => longCountText(issued) },
                  { head: "State", cell: ({ state }) => <Tag tone={state === "open" ? "good" : "idle"}>{state}</Tag> },
                  {
                    head: "Close",
                    cell: (pool) => (
                      <Button
                        size="small"
                        why={may ?? (pool.state === "open" ? null : "It is closed for good.")}
                        label={`Close pool ${pool.poolId}`}
                        onPress={() => setClosing(pool)}
                      >
                        Close
                      </Button>
                    ),
                  },
                ]}
              />
            </Panel>
          )}
        </Answered>
      </div>
      {opening && <PoolDialog onClose={() => setOpening(false)} />}
      {closing !== null && <ClosePoolDialog pool={closing} onClose={() => setClosing(null)} />}
    </>
  );
}

function ClosePoolDialog({ pool, onClose }: { readonly pool: Pool; readonly onClose: () => void }) {
  const close = useAct(enterpriseApi.closePool, onClose);
  return (
    <ReasonDialog
      title={`Close pool ${pool.poolId}`}
      submit="Close for good"
      tone="danger"
      busy={close.isPending}
      error={close.error}
      onReason={(reason) => close.mutate({ params: { poolId: String(pool.poolId) }, body: { reason } })}
      onClose={onClose}
    >
      <p>No number is ever allocated out of it again. Numbers already issued stay valid.</p>
    </ReasonDialog>
  );
}
