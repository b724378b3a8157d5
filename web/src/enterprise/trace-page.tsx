import { type FormEvent, useState } from "react";
import { enterpriseApi } from "../../../src/contract/enterprise-api.ts";
import { parseSubject } from "../../../src/kernel/gs1/subject.ts";
import { useCall } from "../calls/use-call.ts";
import { Button } from "../design/button.tsx";
import { CheckField, TextField } from "../design/field.tsx";
import { Answered, Notice } from "../design/notice.tsx";
import { PageHead } from "../design/panel.tsx";
import { useAddressSearch } from "../shell/address.ts";
import { CameraDialog } from "./camera-dialog.tsx";
import { LotWhereabouts } from "./lot-whereabouts.tsx";
import { momentOf } from "./moment-chooser.tsx";
import { PlaceView } from "./place-view.tsx";
import { TraceAnswer } from "./trace-answer.tsx";

/** Where a pack, container or lot was, or what stands at a place, as far as the companies on its way let us see. The address says which one. */
export function TracePage() {
  const [search, change] = useAddressSearch();
  const id = search["id"] ?? "";
  const ask = search["ask"] === "yes";
  return (
    <>
      <PageHead
        title="Trace"
        below="A pack’s or container’s life, step by step, each with the company whose record it is; where a lot is; what stands at a place."
      />
      <TraceQuestion key={`${id} ${ask}`} id={id} ask={ask} onAsk={change} />
      {id === "" ? (
        <Notice tone="info">
          Scan a pack or a container’s label, or type a number in any GS1 spelling. A GTIN with a lot shows the lot, a
          GLN what stands at that place.
        </Notice>
      ) : (
        <Sought id={id} ask={ask} />
      )}
    </>
  );
}

function TraceQuestion({
  id,
  ask,
  onAsk,
}: {
  readonly id: string;
  readonly ask: boolean;
  readonly onAsk: (search: Record<string, string | undefined>) => void;
}) {
  const [scan, setScan] = useState(id);
  const [others, setOthers] = useState(ask);
  const [looking, setLooking] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (scan.trim() !== "")
      onAsk({ id: scan.trim(), ask: others ? "yes" : undefined, at: undefined, known: undefined });
  };
  const seen = (text: string) => {
    setLooking(false);
    setScan(text);
    onAsk({ id: text, ask: others ? "yes" : undefined, at: undefined, known: undefined });
  };
  return (
    <form
      onSubmit={submit}
      role="search"
      aria-label="Trace"
      className="mb-4 grid gap-x-5 gap-y-2 rounded-lg border border-line bg-surface px-4 py-3 lg:grid-cols-[1fr_auto_auto_auto] lg:items-end"
    >
      <TextField
        label="Pack, container, lot or place"
        value={scan}
        onValue={setScan}
        autoFocus={id === ""}
        spellCheck={false}
        autoComplete="off"
        className="font-mono"
        placeholder="(01)09521234543213(21)A1B2C3"
      />
      <CheckField label="Ask the other companies now" checked={others} onChecked={setOthers} />
      <Button onPress={() => setLooking(true)}>Scan with the camera</Button>
      <Button submit tone="primary" icon="search" why={scan.trim() === "" ? "Scan or type a number first." : null}>
        Trace
      </Button>
      {looking && <CameraDialog onRead={seen} onClose={() => setLooking(false)} />}
    </form>
  );
}

/** What the text names decides what is shown; what cannot be read goes to the level, which says where it is wrong. */
function Sought({ id, ask }: { readonly id: string; readonly ask: boolean }) {
  const [search, change] = useAddressSearch();
  const subject = parseSubject(id);
  const moment = momentOf(search);
  if (subject.ok && subject.value.kind === "lot")
    return <LotWhereabouts gtin={subject.value.gtin} lot={subject.value.lot} moment={moment} onMoment={change} />;
  if (subject.ok && subject.value.kind === "place") return <PlaceView id={id} moment={moment} onMoment={change} />;
  return <TraceOf id={id} ask={ask} />;
}

function TraceOf({ id, ask }: { readonly id: string; readonly ask: boolean }) {
  const trace = useCall(enterpriseApi.trace, { query: { id, ...(ask ? { ask: true } : {}) } });
  return <Answered call={trace}>{(value) => <TraceAnswer trace={value} />}</Answered>;
}
