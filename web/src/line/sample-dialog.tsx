import { useState } from "react";
import { lineApi, type RunView } from "../../../src/contract/line-api.ts";
import { parseSpelling } from "../../../src/kernel/gs1/spelling.ts";
import { useAct } from "../calls/use-call.ts";
import { FormDialog } from "../design/dialog.tsx";
import { TextField } from "../design/field.tsx";
import { reasonMax } from "../design/reason-dialog.tsx";

/** A scanner gives the whole symbol, a person types the serial: both are taken. */
function serialOf(scan: string): string {
  const parsed = parseSpelling(scan.trim());
  const serial = parsed.ok ? parsed.value.elements.find(({ ai }) => ai === "21")?.value : undefined;
  return serial ?? scan.trim();
}

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
        sample.mutate({ params: { runId: run.runId }, body: { serial: serialOf(scan), reason: reason.trim() } })
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
