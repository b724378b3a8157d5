import { useState } from "react";
import { lineApi, type RunView } from "../../../src/contract/line-api.ts";
import { useAct } from "../calls/use-call.ts";
import { FormDialog } from "../design/dialog.tsx";
import { TextField } from "../design/field.tsx";
import { reasonMax } from "../design/reason-dialog.tsx";
import { scannedSerial } from "./scanned-serial.ts";

export function SampleDialog({ run, onClose }: { readonly run: RunView; readonly onClose: () => void }) {
  const [scan, setScan] = useState("");
  const [reason, setReason] = useState("");
  const sample = useAct(lineApi.sample, onClose);
  return (
    <FormDialog
      title="Take a sample"
      submit="Take it"
      why={scan.trim() === "" ? "Scan the pack first." : reason.trim() === "" ? "Say why first." : null}
      busy={sample.isPending}
      error={sample.error}
      onSubmit={() =>
        sample.mutate({ params: { runId: run.runId }, body: { serial: scannedSerial(scan), reason: reason.trim() } })
      }
      onClose={onClose}
    >
      <p>A good pack that is not in a closed case. It leaves the run and never returns.</p>
      <TextField
        label="Pack"
        value={scan}
        onValue={setScan}
        autoFocus
        autoComplete="off"
        spellCheck={false}
        hint="Scan its code or type its serial number."
      />
      <TextField label="Reason" value={reason} onValue={setReason} maxLength={reasonMax} />
    </FormDialog>
  );
}
