import { useState } from "react";
import { refusalEntry } from "../../../src/contract/refusals.ts";
import type { Refusal } from "../../../src/kernel/base/result.ts";
import { printHri } from "../../../src/kernel/gs1/bracketed.ts";
import { examplePrefixes } from "../../../src/kernel/gs1/company-prefix.ts";
import { parseSpelling, printSpelling, type Spelled } from "../../../src/kernel/gs1/spelling.ts";
import { Button } from "../design/button.tsx";
import { TextField } from "../design/field.tsx";
import { Notice } from "../design/notice.tsx";
import { Facts, Panel } from "../design/panel.tsx";
import { Table } from "../design/table.tsx";

/** One identifier or scan in any of GS1's spellings: its elements and the other spellings, or the character that is wrong. */
export function CodeReader() {
  const [text, setText] = useState("");
  const [taken, setTaken] = useState<string | null>(null);
  return (
    <Panel title="Read a code" className="self-start">
      <div className="grid gap-4">
        <form
          className="grid gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            setTaken(text === "" ? null : text);
          }}
        >
          <TextField
            label="Code"
            value={text}
            onValue={setText}
            hint="A scan, (01)…, a Digital Link or an EPC URN; <GS> stands for the separator."
            autoComplete="off"
            spellCheck={false}
            className="font-mono"
          />
          <div>
            <Button submit>Read</Button>
          </div>
        </form>
        {taken !== null && <Reading text={taken.replaceAll(/<GS>|\{GS\}|\u241d/g, "\x1d")} />}
      </div>
    </Panel>
  );
}

function Reading({ text }: { readonly text: string }) {
  const parsed = parseSpelling(text);
  return parsed.ok ? <Elements spelled={parsed.value} /> : <BadCharacter text={text} refusal={parsed.refusal} />;
}

function Elements({ spelled }: { readonly spelled: Spelled }) {
  const { elements, symbology, companyPrefixDigits } = spelled;
  const options = { prefixes: examplePrefixes, ...(companyPrefixDigits === undefined ? {} : { companyPrefixDigits }) };
  const link = printSpelling(elements, "digital-link", options);
  const epc = printSpelling(elements, "epc", options);
  const why = (refusal: Refusal) => (
    <span className="text-muted">{refusalEntry(refusal.code)?.title ?? refusal.code}</span>
  );
  const mono = (value: string) => <span className="font-mono text-[0.85rem] break-all">{value}</span>;
  return (
    <div className="grid gap-3" role="status" aria-label="Reading">
      <Table
        label="Elements"
        rows={elements}
        keyOf={({ ai, value }) => `${ai} ${value}`}
        empty=""
        columns={[
          { head: "AI", cell: ({ ai }) => <span className="font-mono">{ai}</span> },
          { head: "Name", cell: ({ title }) => title },
          { head: "Value", cell: ({ value }) => mono(value), wrap: true },
        ]}
      />
      <Facts
        facts={[
          ...(symbology === undefined ? [] : [["Symbology", mono(symbology)] as const]),
          ["In print", mono(printHri(elements))],
          ["Digital Link", link.ok ? mono(link.value) : why(link.refusal)],
          ["EPC", epc.ok ? mono(epc.value) : why(epc.refusal)],
        ]}
      />
    </div>
  );
}

/** Control characters are shown by their pictures (U+2400 to U+241F). */
function shown(text: string): string {
  return [...text].map((c) => (c < " " ? String.fromCharCode(0x2400 + c.charCodeAt(0)) : c)).join("");
}

function BadCharacter({ text, refusal }: { readonly text: string; readonly refusal: Refusal }) {
  const entry = refusalEntry(refusal.code);
  const at = Number(refusal.at ?? 0);
  return (
    <Notice tone="bad" title={entry?.title ?? refusal.code}>
      <div className="my-1 rounded bg-surface px-2 py-1 font-mono break-all text-ink">
        {shown(text.slice(0, at))}
        <mark className="rounded-sm bg-bad px-0.5 text-on-bad">{shown(text.slice(at, at + 1)) || "·"}</mark>
        {shown(text.slice(at + 1))}
      </div>
      <div>{entry?.remedy}</div>
      <div className="mt-1 font-mono text-[0.78rem]">
        {refusal.code} · character {at + 1}
      </div>
    </Notice>
  );
}
