import { useState } from "react";
import { lineApi, type RunView } from "../../../src/contract/line-api.ts";
import { useAct } from "../calls/use-call.ts";
import { FormDialog } from "../design/dialog.tsx";
import { TextField } from "../design/field.tsx";

/** A count by hand. What the record says is not shown: it would be counted to fit. */
export function BinCountDialog({ run, onClose }: { readonly run: RunView; readonly onClose: () => void }) {
  const [counted, setCounted] = useState("");
  const count = useAct(lineApi.countBin, onClose);
  return (
    <FormDialog
      title="Count the reject bin"
      submit="Enter the count"
      why={/^\d{1,6}$/.test(counted) ? null : "Enter a whole number."}
      busy={count.isPending}
      error={count.error}
      onSubmit={() => count.mutate({ params: { runId: run.runId }, body: { counted: Number(counted) } })}
      onClose={onClose}
    >
      <p>Unlock the bin, count every pack of lot {run.lot} in it, and enter what you counted.</p>
      <TextField
        label="Packs in the bin"
        value={counted}
        onValue={setCounted}
        inputMode="numeric"
        autoFocus
        className="text-2xl"
      />
    </FormDialog>
  );
}
