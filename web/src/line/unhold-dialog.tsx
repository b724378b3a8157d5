import { useState } from "react";
import { lineApi, type RunView } from "../../../src/contract/line-api.ts";
import { useAct } from "../calls/use-call.ts";
import { FormDialog } from "../design/dialog.tsx";
import { CheckField, TextField } from "../design/field.tsx";
import { reasonMax } from "../design/reason-dialog.tsx";
import { plainWords } from "../words/reason-text.ts";

const looked = [
  "Belt, gate and packer hold no pack that does not belong there",
  "Packs named by an alarm are in the reject bin",
] as const;

/** Nobody lets the line go on without having looked at it: what they found is kept in the journal. */
export function UnholdDialog({ run, onClose }: { readonly run: RunView; readonly onClose: () => void }) {
  const [done, setDone] = useState<ReadonlySet<string>>(new Set());
  const [confirmed, setConfirmed] = useState("");
  const unhold = useAct(lineApi.unhold, onClose);
  const check = (point: string, checked: boolean) =>
    setDone(new Set(checked ? [...done, point] : [...done].filter((each) => each !== point)));
  return (
    <FormDialog
      title="Go on with the run"
      submit="Go on"
      why={
        done.size < looked.length
          ? "Look at the line first, and tick each point."
          : confirmed.trim() === ""
            ? "Say what the cause was and what was done."
            : null
      }
      busy={unhold.isPending}
      error={unhold.error}
      onSubmit={() => unhold.mutate({ params: { runId: run.runId }, body: { confirmed: confirmed.trim() } })}
      onClose={onClose}
    >
      {run.alarms.length > 0 && (
        <ul aria-label="Alarms to answer" className="list-disc pl-5">
          {run.alarms.map(({ code, detail }) => (
            <li key={code}>
              <strong>{plainWords(code)}</strong> {detail}
            </li>
          ))}
        </ul>
      )}
      {looked.map((point) => (
        <CheckField
          key={point}
          label={point}
          checked={done.has(point)}
          onChecked={(checked) => check(point, checked)}
        />
      ))}
      <TextField
        label="Cause, and what was done"
        value={confirmed}
        onValue={setConfirmed}
        maxLength={reasonMax}
        autoFocus
        hint="Kept in the line’s journal."
      />
    </FormDialog>
  );
}
