import { useState } from "react";
import { lineApi, type RunView } from "../../../src/contract/line-api.ts";
import { signatureMeanings } from "../../../src/contract/signature-meanings.ts";
import { useAct } from "../calls/use-call.ts";
import { TextField } from "../design/field.tsx";
import { reasonMax } from "../design/reason-dialog.tsx";
import { SignatureDialog } from "../design/signature-dialog.tsx";
import { countOf } from "../words/number-text.ts";

/** What was counted out of the bin is destroyed, and somebody sees it. */
export function DispositionDialog({ run, onClose }: { readonly run: RunView; readonly onClose: () => void }) {
  const [reason, setReason] = useState("");
  const dispose = useAct(lineApi.dispose, onClose);
  return (
    <SignatureDialog
      title="Dispose of the reject bin"
      submit="Sign the disposition"
      tone="danger"
      signers={[
        { meaning: signatureMeanings.dispositionPerformed, says: "I destroyed every pack that was counted." },
        { meaning: signatureMeanings.dispositionWitnessed, says: "I saw them destroyed." },
      ]}
      why={reason.trim() === "" ? "Say why first." : null}
      busy={dispose.isPending}
      error={dispose.error}
      onClose={onClose}
      onSign={([performed, witnessed]) => {
        if (witnessed !== undefined)
          dispose.mutate({ params: { runId: run.runId }, body: { reason: reason.trim(), performed, witnessed } });
      }}
    >
      <p>
        <strong>{countOf(run.binCounted ?? 0, "pack")}</strong> of lot {run.lot} were counted. Those never commissioned
        are scrapped, those commissioned are destroyed. None of their numbers returns.
      </p>
      <TextField label="Reason" value={reason} onValue={setReason} maxLength={reasonMax} autoFocus />
    </SignatureDialog>
  );
}
