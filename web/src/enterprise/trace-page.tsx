import { type FormEvent, useState } from "react";
import { enterpriseApi } from "../../../src/contract/enterprise-api.ts";
import { useCall } from "../calls/use-call.ts";
import { Button } from "../design/button.tsx";
import { CheckField, TextField } from "../design/field.tsx";
import { Answered, Notice } from "../design/notice.tsx";
import { PageHead } from "../design/panel.tsx";
import { useAddressSearch } from "../shell/address.ts";
import { TraceAnswer } from "./trace-answer.tsx";

/** Where a pack or container was, as far as the companies on its way let us see. The address says which one. */
export function TracePage() {
  const [search, change] = useAddressSearch();
  const id = search["id"] ?? "";
  const ask = search["ask"] === "yes";
  return (
    <>
      <PageHead
        title="Trace a pack or container"
        below="Its life, step by step, each with the company whose record it is."
      />
      <TraceQuestion key={`${id} ${ask}`} id={id} ask={ask} onAsk={change} />
      {id === "" ? (
        <Notice tone="info">Scan a pack or a container’s label, or type its number in any GS1 spelling.</Notice>
      ) : (
        <TraceOf id={id} ask={ask} />
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
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (scan.trim() !== "") onAsk({ id: scan.trim(), ask: others ? "yes" : undefined });
  };
  return (
    <form
      onSubmit={submit}
      role="search"
      aria-label="Trace"
      className="mb-4 grid gap-x-5 gap-y-2 rounded-lg border border-line bg-surface px-4 py-3 lg:grid-cols-[1fr_auto_auto] lg:items-end"
    >
      <TextField
        label="Pack or container"
        value={scan}
        onValue={setScan}
        autoFocus={id === ""}
        spellCheck={false}
        autoComplete="off"
        className="font-mono"
        placeholder="(01)09521234543213(21)A1B2C3"
      />
      <CheckField label="Ask the other companies now" checked={others} onChecked={setOthers} />
      <Button submit tone="primary" icon="search" why={scan.trim() === "" ? "Scan or type a number first." : null}>
        Trace
      </Button>
    </form>
  );
}

function TraceOf({ id, ask }: { readonly id: string; readonly ask: boolean }) {
  const trace = useCall(enterpriseApi.trace, { query: { id, ...(ask ? { ask: true } : {}) } });
  return <Answered call={trace}>{(value) => <TraceAnswer trace={value} />}</Answered>;
}
