import { useState } from "react";
import { type OrderView, siteApi } from "../../../src/contract/site-api.ts";
import { signatureMeanings } from "../../../src/contract/signature-meanings.ts";
import { useAct, useCall } from "../calls/use-call.ts";
import { TextField } from "../design/field.tsx";
import { Notice } from "../design/notice.tsx";
import { reasonMax } from "../design/reason-dialog.tsx";
import { SignatureDialog } from "../design/signature-dialog.tsx";

type Props = { readonly view: OrderView; readonly onClose: () => void };

export function ReconcileDialog({ view: { order }, onClose }: Props) {
  const reconcile = useAct(siteApi.reconcile, onClose);
  return (
    <SignatureDialog
      title={`Reconcile lot ${order.lot}`}
      submit="Sign the reconciliation"
      signers={[
        { meaning: signatureMeanings.reconciliation, says: "nothing is unaccounted, and every cross-check agrees." },
      ]}
      busy={reconcile.isPending}
      error={reconcile.error}
      onSign={([signature]) => reconcile.mutate({ params: { workOrderId: order.workOrderId }, body: { signature } })}
      onClose={onClose}
    >
      <p>Unused numbers are returned and the balance is settled as it stands on this page.</p>
    </SignatureDialog>
  );
}

/** Errors block the closing at level 3; of each warning QA says here why the order may be closed with it. */
export function CloseDialog({ view: { order }, onClose }: Props) {
  const params = { workOrderId: order.workOrderId };
  const close = useAct(siteApi.close, onClose);
  const reconciliation = useCall(siteApi.reconciliation, { params });
  const [reasons, setReasons] = useState<Readonly<Record<string, string>>>({});
  const warnings = (reconciliation.data?.integrity ?? []).filter(({ severity }) => severity === "warning");
  const waivers = warnings.map(({ rule, at }) => ({ rule, at, reason: (reasons[`${rule} ${at}`] ?? "").trim() }));
  const open = waivers.filter(({ reason }) => reason === "").length;
  return (
    <SignatureDialog
      title={`Close the order of lot ${order.lot}`}
      submit="Sign the closing"
      signers={[{ meaning: signatureMeanings.closing, says: "the batch record is complete and right." }]}
      why={
        reconciliation.data === undefined
          ? "The warnings of the order are being read."
          : open > 0
            ? `Give a reason for ${open === 1 ? "the warning" : `each of ${open} warnings`} still open.`
            : null
      }
      busy={close.isPending}
      error={close.error ?? reconciliation.error}
      onSign={([signature]) => close.mutate({ params, body: { signature, waivers } })}
      onClose={onClose}
    >
      {warnings.map(({ rule, at, message }) => (
        <Notice key={`${rule} ${at}`} tone="warn" title={message}>
          <span className="font-mono text-[0.82rem]">
            {rule} {at}
          </span>
          <TextField
            label={`Reason why the order may be closed with ${rule} ${at}`}
            value={reasons[`${rule} ${at}`] ?? ""}
            onValue={(reason) => setReasons({ ...reasons, [`${rule} ${at}`]: reason })}
            maxLength={reasonMax}
          />
        </Notice>
      ))}
      <p>
        Integrity is checked once more, the batch record is sealed, and everything is submitted to level 4. Whoever
        closes the order may not release the lot.
      </p>
    </SignatureDialog>
  );
}
