import { useState } from "react";
import { lineApi, type RunView } from "../../../src/contract/line-api.ts";
import { parseSpelling } from "../../../src/kernel/gs1/spelling.ts";
import { useAct } from "../calls/use-call.ts";
import { FormDialog } from "../design/dialog.tsx";
import { TextField } from "../design/field.tsx";
import { reasonMax } from "../design/reason-dialog.tsx";
import { HandScans } from "./hand-scans.tsx";

function scannedSscc(scan: string): string {
  const parsed = parseSpelling(scan.trim());
  const sscc = parsed.ok ? parsed.value.elements.find(({ ai }) => ai === "00")?.value : undefined;
  return sscc ?? scan.trim();
}

/** A pallet that was put aside is accepted by scanning what is really on it. */
export function PalletDialog({ run, onClose }: { readonly run: RunView; readonly onClose: () => void }) {
  const [cases, setCases] = useState<readonly string[]>([]);
  const [reason, setReason] = useState("");
  const judge = useAct(lineApi.judgeAgain, onClose);
  const [index] = run.palletsAside ?? [];
  const why = cases.length === 0 ? "Scan the cases on it first." : reason.trim() === "" ? "Say why first." : null;
  return (
    <FormDialog
      title={`Judge pallet ${index ?? ""} again`}
      submit="Accept what was scanned"
      why={index === undefined ? "No pallet stands aside any more." : why}
      busy={judge.isPending}
      error={judge.error}
      onSubmit={() =>
        judge.mutate({
          params: { runId: run.runId, index: String(index) },
          body: { cases: [...cases], reason: reason.trim() },
        })
      }
      onClose={onClose}
    >
      <p>
        Take off what does not belong on it, then scan every case. Accepted, the pallet takes its label. The palletiser
        cannot stack cases again: when the pallet has to be taken apart, end the run with Abort; its closed cases stay
        good.
      </p>
      <HandScans what="case" label="Case on the pallet" numberOf={scannedSscc} numbers={cases} onNumbers={setCases} />
      <TextField label="Reason" value={reason} onValue={setReason} maxLength={reasonMax} />
    </FormDialog>
  );
}
