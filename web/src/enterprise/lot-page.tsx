import { useState } from "react";
import { enterpriseApi, type LotView } from "../../../src/contract/enterprise-api.ts";
import { signatureMeanings } from "../../../src/contract/signature-meanings.ts";
import { useWhyNot } from "../calls/session.ts";
import { liveMs, useAct, useCall } from "../calls/use-call.ts";
import { Button } from "../design/button.tsx";
import { TextField } from "../design/field.tsx";
import { Answered } from "../design/notice.tsx";
import { Facts, PageHead, Panel } from "../design/panel.tsx";
import { reasonMax } from "../design/reason-dialog.tsx";
import { SignatureDialog } from "../design/signature-dialog.tsx";
import { SignaturesTable } from "../design/signatures-table.tsx";
import { Table } from "../design/table.tsx";
import { Tag } from "../design/tag.tsx";
import { useAddressParams, useAddressSearch } from "../shell/address.ts";
import { countOf, countText } from "../words/number-text.ts";
import { firstReason } from "../words/reason-text.ts";
import { expiryText } from "../words/time-text.tsx";
import { cbvWord, dispositionTone } from "./epcis-words.ts";
import { LotWhereabouts } from "./lot-whereabouts.tsx";
import { momentOf } from "./moment-chooser.tsx";
import { lotTones } from "./lot-words.ts";
import { TraceLink } from "./trace-link.tsx";

const packsMax = 100;

export function LotPage() {
  const { gtin = "", lot = "" } = useAddressParams();
  const view = useCall(enterpriseApi.lot, { params: { gtin, lot } }, { everyMs: liveMs });
  return <Answered call={view}>{(value) => <OneLot view={value} />}</Answered>;
}

function OneLot({ view }: { readonly view: LotView }) {
  const [asking, setAsking] = useState<"release" | Decision | null>(null);
  const whyRelease = firstReason(view.commands["release"], useWhyNot("lot.release"));
  const close = () => setAsking(null);
  return (
    <>
      <PageHead
        title={`Lot ${view.lot}`}
        below={
          <>
            GTIN <span className="font-mono">{view.gtin}</span>, expiry {expiryText(view.expiry)},{" "}
            {view.market.toUpperCase()} <Tag tone={lotTones[view.status]}>{view.status}</Tag>
          </>
        }
        actions={
          <>
            {(Object.keys(decisions) as Decision[]).map((decision) => (
              <DecisionButton key={decision} view={view} decision={decision} onAsk={setAsking} />
            ))}
            <Button tone="primary" why={whyRelease} onPress={() => setAsking("release")}>
              Release
            </Button>
          </>
        }
      />
      <div className="grid gap-4 xl:grid-cols-2">
        <Panel title="Packs">
          <Facts
            wide
            facts={Object.entries(view.packs).map(([name, count]) => [
              name,
              <strong className="text-xl">{countText(count)}</strong>,
            ])}
          />
        </Panel>
        <Panel title="Reports of this lot">
          <Facts
            facts={
              view.reports.length === 0
                ? [["–", "none needed or made yet"]]
                : view.reports.map(({ kind, state }) => [kind, state])
            }
          />
        </Panel>
        <Panel title="Signatures" flush className="xl:col-span-2">
          <SignaturesTable signatures={view.signatures} />
        </Panel>
      </div>
      <div className="mt-4 grid gap-4">
        <Whereabouts gtin={view.gtin} lot={view.lot} />
        <Packs gtin={view.gtin} lot={view.lot} />
      </div>
      {asking === "release" && <ReleaseDialog view={view} onClose={close} />}
      {asking !== null && asking !== "release" && <DecisionDialog view={view} decision={asking} onClose={close} />}
    </>
  );
}

function Whereabouts({ gtin, lot }: { readonly gtin: string; readonly lot: string }) {
  const [search, change] = useAddressSearch();
  if (useWhyNot("pack.trace") !== null) return null;
  return <LotWhereabouts gtin={gtin} lot={lot} moment={momentOf(search)} onMoment={change} />;
}

function Packs({ gtin, lot }: { readonly gtin: string; readonly lot: string }) {
  const may = useWhyNot("pack.trace");
  const packs = useCall(enterpriseApi.packs, { query: { gtin, lot, limit: packsMax } }, { enabled: may === null });
  if (may !== null) return null;
  return (
    <Answered call={packs}>
      {(list) => (
        <Panel title={`Some packs of this lot (${countOf(list.length, "pack")})`} flush>
          <Table
            label="Packs"
            rows={list}
            keyOf={({ id }) => id}
            empty="No pack of this lot has been captured."
            columns={[
              { head: "Pack", cell: ({ id }) => <TraceLink id={id} /> },
              {
                head: "Disposition",
                cell: ({ disposition }) => <Tag tone={dispositionTone(disposition)}>{cbvWord(disposition)}</Tag>,
              },
              { head: "Stands in", cell: ({ parent }) => (parent === null ? "nothing" : <TraceLink id={parent} />) },
            ]}
          />
        </Panel>
      )}
    </Answered>
  );
}

/** What quality may decide of a lot afterwards: its button, and what a signer says with it. */
const decisions = {
  hold: {
    endpoint: enterpriseApi.holdLot,
    right: "lot.hold",
    button: "Hold",
    title: "Hold",
    meaning: signatureMeanings.lotHold,
    says: "nothing of this lot ships any more.",
    tone: "danger",
  },
  unhold: {
    endpoint: enterpriseApi.unholdLot,
    right: "lot.unhold",
    button: "Lift the hold",
    title: "Lift the hold of",
    meaning: signatureMeanings.lotUnhold,
    says: "the lot is what it was before: released, or in quarantine when it never was.",
    tone: "primary",
  },
  recall: {
    endpoint: enterpriseApi.recallLot,
    right: "lot.recall",
    button: "Recall",
    title: "Recall",
    meaning: signatureMeanings.lotRecall,
    says: "nothing of this lot ships, and whoever verifies a pack of it is told.",
    tone: "danger",
  },
  withdraw: {
    endpoint: enterpriseApi.withdrawLot,
    right: "lot.withdraw",
    button: "Withdraw",
    title: "Withdraw",
    meaning: signatureMeanings.lotWithdrawal,
    says: "this lot is never sold. Nothing undoes this.",
    tone: "danger",
  },
} as const;
type Decision = keyof typeof decisions;

function DecisionButton({
  view,
  decision,
  onAsk,
}: {
  readonly view: LotView;
  readonly decision: Decision;
  readonly onAsk: (decision: Decision) => void;
}) {
  const { right, button, tone } = decisions[decision];
  // A level of an older release names no such command.
  const why = firstReason(
    view.commands[decision] ?? (decision in view.commands ? null : "This level cannot do it yet."),
    useWhyNot(right),
  );
  return (
    <Button tone={tone} why={why} onPress={() => onAsk(decision)}>
      {button}
    </Button>
  );
}

type DialogProps = { readonly view: LotView; readonly onClose: () => void };

function ReleaseDialog({ view, onClose }: DialogProps) {
  const release = useAct(enterpriseApi.releaseLot, onClose);
  return (
    <SignatureDialog
      title={`Release lot ${view.lot}`}
      submit="Sign the release"
      signers={[{ meaning: signatureMeanings.lotRelease, says: "I took no part in running or closing this batch." }]}
      busy={release.isPending}
      error={release.error}
      onSign={([signature]) => release.mutate({ params: { gtin: view.gtin, lot: view.lot }, body: { signature } })}
      onClose={onClose}
    >
      <p>
        {countOf(view.packs.commissioned, "pack")} of lot <span className="font-mono">{view.lot}</span>, expiry{" "}
        {expiryText(view.expiry)}, may be shipped from then on.
      </p>
    </SignatureDialog>
  );
}

function DecisionDialog({ view, decision, onClose }: DialogProps & { readonly decision: Decision }) {
  const { endpoint, title, meaning, says, tone } = decisions[decision];
  const [reason, setReason] = useState("");
  const act = useAct(endpoint, onClose);
  return (
    <SignatureDialog
      title={`${title} lot ${view.lot}`}
      submit="Sign"
      {...(tone === "danger" ? { tone } : {})}
      signers={[{ meaning, says }]}
      why={reason.trim() === "" ? "Say why first." : null}
      busy={act.isPending}
      error={act.error}
      onSign={([signature]) =>
        act.mutate({ params: { gtin: view.gtin, lot: view.lot }, body: { reason: reason.trim(), signature } })
      }
      onClose={onClose}
    >
      <TextField label="Reason" value={reason} onValue={setReason} maxLength={reasonMax} autoFocus />
    </SignatureDialog>
  );
}
