import { type OrderView, siteApi } from "../../../src/contract/site-api.ts";
import { signatureMeanings } from "../../../src/contract/signature-meanings.ts";
import { useAct } from "../calls/use-call.ts";
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

export function CloseDialog({ view: { order }, onClose }: Props) {
  const close = useAct(siteApi.close, onClose);
  return (
    <SignatureDialog
      title={`Close the order of lot ${order.lot}`}
      submit="Sign the closing"
      signers={[{ meaning: signatureMeanings.closing, says: "the batch record is complete and right." }]}
      busy={close.isPending}
      error={close.error}
      onSign={([signature]) => close.mutate({ params: { workOrderId: order.workOrderId }, body: { signature } })}
      onClose={onClose}
    >
      <p>
        Integrity is checked once more, the batch record is sealed, and everything is submitted to level 4. Whoever
        closes the order may not release the lot.
      </p>
    </SignatureDialog>
  );
}
