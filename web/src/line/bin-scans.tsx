import { type KeyboardEvent, useState } from "react";
import { Button } from "../design/button.tsx";
import { TextField } from "../design/field.tsx";
import { countOf } from "../words/number-text.ts";
import { scannedSerial } from "./scanned-serial.ts";

type BinScansProps = { readonly serials: readonly string[]; readonly onSerials: (serials: readonly string[]) => void };

/** Packs scanned by hand, one after the other: a scanner ends each with Enter, which must not sign the dialog. */
export function BinScans({ serials, onSerials }: BinScansProps) {
  const [scan, setScan] = useState("");
  const [said, setSaid] = useState("");
  const take = (event: KeyboardEvent) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const serial = scannedSerial(scan);
    setScan("");
    if (serial === "") return;
    if (serials.includes(serial)) return setSaid(`${serial} was scanned before.`);
    setSaid(`${serial} is taken, ${countOf(serials.length + 1, "pack")} scanned.`);
    onSerials([...serials, serial]);
  };
  return (
    <div className="grid gap-2">
      <TextField
        label="Pack in the bin"
        value={scan}
        onValue={setScan}
        onKeyDown={take}
        autoComplete="off"
        spellCheck={false}
        autoFocus
        className="font-mono"
        hint="Scan every pack that is there; press Enter after a serial number that you type."
      />
      <p role="status" className="min-h-5 text-[0.85rem] text-muted">
        {said}
      </p>
      {serials.length > 0 && (
        <ol aria-label="Packs scanned" className="grid max-h-32 gap-1 overflow-y-auto">
          {serials.map((serial) => (
            <li key={serial} className="flex items-center justify-between rounded bg-sunken px-3 py-0.5">
              <span className="font-mono text-[0.87rem]">{serial}</span>
              <Button
                size="small"
                tone="quiet"
                label={`Take ${serial} off the list`}
                onPress={() => onSerials(serials.filter((each) => each !== serial))}
              >
                Take off
              </Button>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
