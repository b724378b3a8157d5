import { useState } from "react";
import { refusalEntry } from "../../../src/contract/refusals.ts";
import type { EpcSpelling } from "../../../src/kernel/epcis/identifiers.ts";
import { Button } from "../design/button.tsx";
import { SelectField } from "../design/field.tsx";
import { Notice } from "../design/notice.tsx";
import { Panel, Progress } from "../design/panel.tsx";
import { countOf } from "../words/number-text.ts";
import { download } from "./download.ts";
import { targetForms, type TargetForm } from "./file-convert.ts";
import type { Picked } from "./file-picker.tsx";
import { type Outcome, useWork } from "./work.ts";

const spellings = [
  ["as-received", "As they are"],
  ["urn", "EPC URNs"],
  ["digital-link", "Digital Links"],
] as const satisfies readonly (readonly [EpcSpelling, string])[];

/** The document in another form, with what that form has no words for. */
export function ConvertPanel({ picked, readable }: { readonly picked: Picked; readonly readable: boolean }) {
  const [to, setTo] = useState<TargetForm>("json");
  const [epc, setEpc] = useState<EpcSpelling>("as-received");
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const work = useWork((done) => {
    setOutcome(done);
    if (done.type === "converted") download(nameOf(picked.name, to), done.blob);
  });
  const convert = () => {
    setOutcome(null);
    work.start({ type: "convert", file: picked.file, options: { to, epc } });
  };
  return (
    <Panel title="Convert">
      <div className="grid gap-3">
        <div className="grid items-end gap-3 sm:grid-cols-[1fr_1fr_auto]">
          <SelectField
            label="Form"
            value={to}
            onValue={(value) => setTo(value as TargetForm)}
            options={Object.entries(targetForms)}
          />
          <SelectField
            label="Identifiers"
            value={epc}
            onValue={(value) => setEpc(value as EpcSpelling)}
            options={spellings}
          />
          <Button
            tone="primary"
            why={readable ? null : "What cannot be read cannot be converted."}
            busy={work.share !== null}
            onPress={convert}
          >
            Convert and download
          </Button>
        </div>
        {epc === "urn" && (
          <p className="text-muted">
            A Digital Link does not say how long its company prefix is; where that is not known it stays a Digital Link.
            The command line takes GS1’s table: packtrail epcis convert --epc urn --gcp-table FILE.
          </p>
        )}
        {work.share !== null && <Progress value={Math.round(work.share * 100)} max={100} label="Converted" />}
        {outcome !== null && <Told outcome={outcome} />}
      </div>
    </Panel>
  );
}

function Told({ outcome }: { readonly outcome: Outcome }) {
  if (outcome.type === "refused") {
    const entry = refusalEntry(outcome.refusal.code);
    return (
      <Notice tone="bad" title={entry?.title ?? "The file cannot be converted."}>
        {[outcome.refusal.message, outcome.refusal.at && `at ${outcome.refusal.at}`].filter(Boolean).join(", ")}
      </Notice>
    );
  }
  if (outcome.type !== "converted") return null;
  if (outcome.noteCount === 0) return <Notice tone="good" title="Converted; nothing was lost." />;
  return (
    <Notice tone="warn" title={`Converted, with ${countOf(outcome.noteCount, "note")}`}>
      <ul className="grid gap-1">
        {outcome.notes.slice(0, 50).map((note, index) => (
          <li key={`${note.at} ${index}`}>
            {note.message} <span className="font-mono text-[0.78rem]">{note.at}</span>
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function nameOf(name: string, to: TargetForm): string {
  const stem = name.replace(/\.(?:xml|jsonld?|txt)$/i, "").replace(/\s+/g, "-");
  return `${stem}.${to === "json" ? "jsonld" : to === "xml" ? "epcis20.xml" : "epcis12.xml"}`;
}
