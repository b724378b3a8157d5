import { type FormEvent, useEffect, useRef, useState } from "react";
import { Button } from "./button.tsx";
import { TextField } from "./field.tsx";

const interactive = "a, button, input, select, textarea, summary, [tabindex='0']";

/**
 * A scanner types into whatever has the focus. This field takes the focus back whenever nobody else wants it, so that
 * no scan is lost; a person who tabs to a button keeps it.
 */
export function ScanField({
  label,
  hint,
  onScan,
}: {
  readonly label: string;
  readonly hint?: string;
  readonly onScan: (scan: string) => void;
}) {
  const [scan, setScan] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const takeBack = () => {
      const wanted =
        document.activeElement?.matches(interactive) === true || document.querySelector("dialog[open]") !== null;
      if (!wanted) field.current?.focus();
    };
    field.current?.focus();
    const listeners = ["click", "focusout", "keydown"] as const;
    const later = () => setTimeout(takeBack, 0);
    for (const name of listeners) document.addEventListener(name, later);
    return () => {
      for (const name of listeners) document.removeEventListener(name, later);
    };
  }, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const text = scan.trim();
    setScan("");
    field.current?.focus();
    if (text !== "") onScan(text);
  };
  return (
    <form onSubmit={submit} className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-3">
      <TextField
        ref={field}
        label={label}
        value={scan}
        onValue={setScan}
        hint={hint}
        autoComplete="off"
        spellCheck={false}
        className="min-h-12 font-mono text-lg"
      />
      <div className="pt-[1.6rem]">
        <Button submit>Take</Button>
      </div>
    </form>
  );
}
