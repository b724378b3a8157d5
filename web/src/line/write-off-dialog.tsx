import { useState } from "react";
import { lineApi, type RunView } from "../../../src/contract/line-api.ts";
import { signatureMeanings } from "../../../src/contract/signature-meanings.ts";
import { useWhyNot } from "../calls/session.ts";
import { useAct } from "../calls/use-call.ts";
import { TextField } from "../design/field.tsx";
import { Notice } from "../design/notice.tsx";
import { Facts } from "../design/panel.tsx";
import { reasonMax } from "../design/reason-dialog.tsx";
import { SignatureDialog } from "../design/signature-dialog.tsx";
import { countOf, countText } from "../words/number-text.ts";
import { HandScans } from "./hand-scans.tsx";
import { scannedSerial } from "./scanned-serial.ts";

type WriteOffProps = {
  readonly run: RunView;
  readonly bin: NonNullable<RunView["bin"]>;
  readonly onClose: () => void;
};

/** Packs that should be in the bin and are not: what is there is scanned, and two people sign for what is gone. */
export function WriteOffDialog({ run, bin, onClose }: WriteOffProps) {
  const [found, setFound] = useState<readonly string[]>([]);
  const [unnumbered, setUnnumbered] = useState("");
  const [reason, setReason] = useState("");
  const may = useWhyNot(lineApi.writeOffMissing.right);
  const writeOff = useAct(lineApi.writeOffMissing, onClose);
  const missing = bin.expected - bin.counted;
  const blank = /^\d{1,6}$/.test(unnumbered) ? Number(unnumbered) : null;
  const why = may ?? whyNotYet({ counted: bin.counted, scanned: found.length, blank, reason });
  return (
    <SignatureDialog
      title="Write off missing packs"
      submit="Sign the write-off"
      tone="danger"
      signers={[
        {
          meaning: signatureMeanings.writeOffPerformed,
          says: `${countOf(missing, "pack")} cannot be found on the line, beside it or in the bin.`,
        },
        {
          meaning: signatureMeanings.writeOffWitnessed,
          says: "quality assurance saw the bin scanned and the line searched.",
        },
      ]}
      why={why}
      busy={writeOff.isPending}
      error={writeOff.error}
      onClose={onClose}
      onSign={([performed, witnessed]) => {
        if (witnessed === undefined || blank === null) return;
        const statement = { found: [...found], unnumbered: blank, missing, reason: reason.trim() };
        writeOff.mutate({ params: { runId: run.runId }, body: { ...statement, performed, witnessed } });
      }}
    >
      <Facts
        facts={[
          ["Should be in the bin", countText(bin.expected)],
          ["Counted", countText(bin.counted)],
          ["Missing", <strong className="text-bad-text">{countText(missing)}</strong>],
        ]}
      />
      <Notice tone="warn" title="Every number outside closed cases that is not scanned here ends.">
        It never becomes good again, and a later read of it is a reject. The order can be balanced, but level 3 shows
        the deviation, and quality assurance has to waive it with a reason before the order is closed.
      </Notice>
      <HandScans what="pack" label="Pack in the bin" numberOf={scannedSerial} numbers={found} onNumbers={setFound} />
      <div className="grid items-start gap-3 sm:grid-cols-2">
        <TextField
          label="Packs without a readable code"
          value={unnumbered}
          onValue={setUnnumbered}
          inputMode="numeric"
          hint={`${countText(found.length)} scanned of ${countText(bin.counted)} counted`}
        />
        <TextField label="Reason" value={reason} onValue={setReason} maxLength={reasonMax} />
      </div>
    </SignatureDialog>
  );
}

type Filled = {
  readonly counted: number;
  readonly scanned: number;
  readonly blank: number | null;
  readonly reason: string;
};

function whyNotYet({ counted, scanned, blank, reason }: Filled): string | null {
  if (blank === null) return "Say how many packs have no readable code.";
  if (scanned + blank !== counted)
    return `${countOf(scanned, "pack")} scanned and ${countText(blank)} unreadable are not the ${countText(counted)} counted.`;
  return reason.trim() === "" ? "Say why first." : null;
}
