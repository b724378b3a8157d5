import { useState } from "react";
import { lineApi, type RunView } from "../../../src/contract/line-api.ts";
import { signatureMeanings } from "../../../src/contract/signature-meanings.ts";
import { useAct } from "../calls/use-call.ts";
import { CheckField } from "../design/field.tsx";
import { SignatureDialog } from "../design/signature-dialog.tsx";
import { expiryText } from "../words/time-text.tsx";

/** EU GMP Part I, 5.45 and 5.53: what must be gone, and what must be right, before the line is used. */
function checklistOf(run: RunView): readonly string[] {
  return [
    "No pack, label or printed material of the run before is on the line or beside it",
    "Reject bins are empty and locked",
    `Cartons and labels are those of ${run.productName}`.slice(0, 100),
    `Printers show lot ${run.lot}, expiry ${expiryText(run.expiry)}`,
    "Challenge packs were rejected and taken off",
  ];
}

export function ClearanceDialog({ run, onClose }: { readonly run: RunView; readonly onClose: () => void }) {
  const checklist = checklistOf(run);
  const [done, setDone] = useState<ReadonlySet<string>>(new Set());
  const clear = useAct(lineApi.clearLine, onClose);
  const open = checklist.length - done.size;
  const check = (point: string, checked: boolean) => {
    const next = new Set(done);
    if (checked) next.add(point);
    else next.delete(point);
    setDone(next);
  };
  return (
    <SignatureDialog
      title={`Line clearance for lot ${run.lot}`}
      submit="Sign the clearance"
      signers={[
        { meaning: signatureMeanings.clearancePerformed, says: "I did each point of this list." },
        { meaning: signatureMeanings.clearanceVerified, says: "I looked at each point myself." },
      ]}
      why={open > 0 ? `Tick the ${open === 1 ? "point" : `${open} points`} still open.` : null}
      busy={clear.isPending}
      error={clear.error}
      onClose={onClose}
      onSign={([performed, verified]) => {
        if (verified !== undefined)
          clear.mutate({ params: { runId: run.runId }, body: { checklist: [...checklist], performed, verified } });
      }}
    >
      {checklist.map((point) => (
        <CheckField
          key={point}
          label={point}
          checked={done.has(point)}
          onChecked={(checked) => check(point, checked)}
        />
      ))}
    </SignatureDialog>
  );
}
