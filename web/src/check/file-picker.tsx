import { type DragEvent, useId, useState } from "react";
import { Button } from "../design/button.tsx";
import { Field, SelectField } from "../design/field.tsx";
import { Notice } from "../design/notice.tsx";
import { Panel } from "../design/panel.tsx";

export type Profile = "dscsa" | undefined;
export type Picked = { readonly name: string; readonly file: Blob; readonly profile: Profile };

/** A file is read piece by piece, so that its size costs time and hardly memory; past this an hour would not do. */
export const fileMiBMax = 4_096;

/** Drop a file, choose it, or paste its text. */
export function FilePicker({ onCheck }: { readonly onCheck: (picked: Picked) => void }) {
  const [profile, setProfile] = useState<"" | "dscsa">("");
  const [last, setLast] = useState<Omit<Picked, "profile"> | null>(null);
  const [pasted, setPasted] = useState("");
  const [over, setOver] = useState(false);
  const [tooLarge, setTooLarge] = useState(false);
  const input = useId();
  const take = (name: string, file: Blob, under = profile) => {
    const large = file.size > fileMiBMax * 1_024 * 1_024;
    setTooLarge(large);
    if (large) return;
    setLast({ name, file });
    onCheck({ name, file, profile: under === "" ? undefined : under });
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file) take(file.name, file);
  };
  return (
    <Panel title="File">
      <div className="grid gap-4">
        <div
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
          className={`grid justify-items-center gap-1 rounded-lg border-2 border-dashed p-6 text-center ${over ? "border-accent bg-accent-soft" : "border-edge bg-sunken"}`}
        >
          <input
            id={input}
            type="file"
            accept=".xml,.json,.jsonld,application/json,application/ld+json,application/xml,text/xml"
            className="peer sr-only"
            onChange={(event) => {
              const [file] = event.target.files ?? [];
              if (file) take(file.name, file);
              event.target.value = "";
            }}
          />
          <label
            htmlFor={input}
            className="cursor-pointer rounded-md border border-accent bg-accent px-3.5 py-1.5 font-medium text-on-accent hover:bg-accent-hover peer-focus-visible:outline-[2.5px] peer-focus-visible:outline-offset-2 peer-focus-visible:outline-focus"
          >
            Choose a file
          </label>
          <div className="text-muted">
            or drop it here: EPCIS 1.0 to 2.0, XML or JSON, up to {fileMiBMax / 1_024} GiB, an event up to 64 MiB
          </div>
        </div>
        {tooLarge && (
          <Notice tone="bad" title="The file is too large for this page.">
            Check it with packtrail epcis validate, which has no limit of size.
          </Notice>
        )}
        <SelectField
          label="Profile"
          value={profile}
          onValue={(value) => {
            const next = value === "dscsa" ? "dscsa" : "";
            setProfile(next);
            if (last) take(last.name, last.file, next);
          }}
          options={[
            ["", "None: the standards alone"],
            ["dscsa", "DSCSA: what US trading partners ask for as well"],
          ]}
        />
        <details>
          <summary className="w-fit text-accent-text">Paste the text instead</summary>
          <form
            className="mt-2 grid gap-2"
            onSubmit={(event) => {
              event.preventDefault();
              if (pasted !== "") take("pasted text", new Blob([pasted]));
            }}
          >
            <Field label="Text of the document">
              {({ id }) => (
                <textarea
                  id={id}
                  value={pasted}
                  onChange={(event) => setPasted(event.target.value)}
                  rows={6}
                  spellCheck={false}
                  className="w-full rounded-md border border-edge bg-surface px-2.5 py-1.5 font-mono text-[0.85rem]"
                />
              )}
            </Field>
            <div>
              <Button submit why={pasted === "" ? "There is no text yet." : null}>
                Check the text
              </Button>
            </div>
          </form>
        </details>
      </div>
    </Panel>
  );
}
