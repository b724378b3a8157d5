import { useState } from "react";
import { type OrderView, siteApi } from "../../../src/contract/site-api.ts";
import { useWhyNot } from "../calls/session.ts";
import { liveMs, useCall } from "../calls/use-call.ts";
import { Button } from "../design/button.tsx";
import { Answered, Notice } from "../design/notice.tsx";
import { Facts, PageHead, Panel, Progress } from "../design/panel.tsx";
import { Steps } from "../design/steps.tsx";
import { useAddressParams } from "../shell/address.ts";
import { PageLink } from "../shell/page-link.tsx";
import { countOf, countText } from "../words/number-text.ts";
import { firstReason } from "../words/reason-text.ts";
import { expiryText } from "../words/time-text.tsx";
import { AssignDialog } from "./assign-dialog.tsx";
import { CloseDialog, ReconcileDialog } from "./order-signatures.tsx";
import { orderSteps } from "./order-state.ts";
import { ReasonedDialog } from "./reasoned-dialog.tsx";
import { ReconciliationPanel } from "./reconciliation-panel.tsx";

type Asking = "ask" | "cancel" | "assign" | "reconcile" | "close" | null;

export function OrderPage() {
  const { workOrderId = "" } = useAddressParams();
  const order = useCall(siteApi.order, { params: { workOrderId } }, { everyMs: liveMs });
  return <Answered call={order}>{(view) => <OneOrder view={view} />}</Answered>;
}

function OneOrder({ view }: { readonly view: OrderView }) {
  const { order, state } = view;
  return (
    <>
      <PageHead
        title={`Lot ${order.lot}`}
        below={`${order.productName}, ${countOf(order.quantity, "pack")} for ${order.market.toUpperCase()}`}
        actions={<OrderCommands view={view} />}
      />
      <div className="grid gap-4">
        {view.numbersRefused !== undefined && (
          <Notice tone="bad" title="The order has no numbers: what level 4 answered could not be used.">
            {view.numbersRefused}
          </Notice>
        )}
        {state === "cancelled" && (
          <Notice tone="warn" title="The order is cancelled.">
            Its numbers went back to level 4, which retires them.
          </Notice>
        )}
        <div className="rounded-lg border border-line bg-surface px-4 py-3">
          <Steps label="State of the order" steps={orderSteps} now={state} />
        </div>
        <div className="grid gap-4 xl:grid-cols-3">
          <OrderFacts view={view} />
          <ProgressPanel view={view} />
          <RecordPanel view={view} />
        </div>
        <ReconciliationPanel workOrderId={order.workOrderId} />
      </div>
    </>
  );
}

function OrderCommands({ view }: { readonly view: OrderView }) {
  const [asking, setAsking] = useState<Asking>(null);
  const close = () => setAsking(null);
  const { commands } = view;
  const why = {
    ask: firstReason(commands["ask"], useWhyNot("order.assign")),
    cancel: firstReason(commands["cancel"], useWhyNot("order.cancel")),
    assign: firstReason(commands["assign"], useWhyNot("order.assign")),
    reconcile: firstReason(commands["reconcile"], useWhyNot("order.reconcile")),
    close: firstReason(commands["close"], useWhyNot("order.close")),
  };
  return (
    <>
      <Button tone="danger" why={why.cancel} onPress={() => setAsking("cancel")}>
        Cancel the order
      </Button>
      {view.numbersRefused !== undefined && (
        <Button tone="primary" why={why.ask} onPress={() => setAsking("ask")}>
          Ask for the numbers again
        </Button>
      )}
      <Button why={why.assign} onPress={() => setAsking("assign")}>
        Assign to a line
      </Button>
      <Button why={why.reconcile} onPress={() => setAsking("reconcile")}>
        Reconcile
      </Button>
      <Button tone="primary" why={why.close} onPress={() => setAsking("close")}>
        Close the order
      </Button>
      {(asking === "ask" || asking === "cancel") && <ReasonedDialog view={view} command={asking} onClose={close} />}
      {asking === "assign" && <AssignDialog view={view} onClose={close} />}
      {asking === "reconcile" && <ReconcileDialog view={view} onClose={close} />}
      {asking === "close" && <CloseDialog view={view} onClose={close} />}
    </>
  );
}

function OrderFacts({ view: { order, lineId, recipe } }: { readonly view: OrderView }) {
  return (
    <Panel title="Order">
      <Facts
        facts={[
          ["GTIN", <span className="font-mono">{order.gtin}</span>],
          ["Expiry", expiryText(order.expiry)],
          ["Owner", <span className="font-mono">{order.owner}</span>],
          ["Line", lineId ?? "not assigned"],
          ["Recipe", recipe === null ? "–" : `${recipe.recipeId}, version ${recipe.version}`],
          ["Packs a case", countText(order.packsPerCase)],
          ["Cases a pallet", countText(order.casesPerPallet)],
          ["Pinned", `product version ${order.productVersion}, market rules ${order.marketRulesVersion}`],
        ]}
      />
    </Panel>
  );
}

function ProgressPanel({ view: { order, progress, numbers } }: { readonly view: OrderView }) {
  return (
    <Panel title="Progress">
      <p className="mb-1.5">
        <strong>{countText(progress.packed)}</strong> of {countOf(order.quantity, "pack")} in closed cases
      </p>
      <Progress label="Packs in closed cases" value={progress.packed} max={order.quantity} />
      <div className="mt-4">
        <Facts
          facts={[
            ["Commissioned", countText(progress.commissioned)],
            ["Rejected", countText(progress.rejected)],
            ["Cases, pallets", `${countText(progress.cases)}, ${countText(progress.pallets)}`],
            [
              "Numbers in the buffer",
              `${countText(numbers.pack)} pack, ${countText(numbers.case)} case, ${countText(numbers.pallet)} pallet`,
            ],
          ]}
        />
      </div>
    </Panel>
  );
}

function RecordPanel({ view: { order, journal, submission } }: { readonly view: OrderView }) {
  const params = { workOrderId: order.workOrderId };
  return (
    <Panel title="Record">
      <Facts
        facts={[
          ["Journal", `${countOf(journal.entries, "entry", "entries")}, up to ${countText(journal.lastSeq)}`],
          ["Documents made", countText(submission.documents)],
          ["Waiting to be sent", countText(submission.waiting)],
          ["Level 4", submission.accepted ? "accepted the submission" : "has not accepted it yet"],
          [
            "Batch record",
            <PageLink to="/work-orders/$workOrderId/batch-record" params={params}>
              open
            </PageLink>,
          ],
        ]}
      />
    </Panel>
  );
}
