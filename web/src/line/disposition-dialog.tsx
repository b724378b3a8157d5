import { useState } from "react";
import { lineApi, type RunView } from "../../../src/contract/line-api.ts";
import { signatureMeanings } from "../../../src/contract/signature-meanings.ts";
import { useAct } from "../calls/use-call.ts";
import { TextField } from "../design/field.tsx";
import { reasonMax } from "../design/reason-dialog.tsx";
import { SignatureDialog } from "../design/signature-dialog.tsx";
import { countOf } from "../words/number-text.ts";
import { WriteOffDialog } from "./write-off-dialog.tsx";

type DispositionProps = { readonly run: RunView; readonly onClose: () => void };

/** A bin that holds fewer packs than are on record is first put right: by looking again, or by writing off what is gone. */
export function DispositionDialog({ run, onClose }: DispositionProps) {
  const { bin } = run;
  return bin !== undefined && bin.counted < bin.expected ? (
    <WriteOffDialog run={run} bin={bin} onClose={onClose} />
  ) : (
    <DisposeDialog run={run} onClose={onClose} />
  );
}

/** What was counted out of the bin is destroyed, and somebody sees it. */
function DisposeDialog({ run, onClose }: DispositionProps) {
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
        {run.bin !== undefined && run.bin.writtenOff > 0 && ` ${countOf(run.bin.writtenOff, "pack")} were written off.`}
      </p>
      <TextField label="Reason" value={reason} onValue={setReason} maxLength={reasonMax} autoFocus />
    </SignatureDialog>
  );
}
