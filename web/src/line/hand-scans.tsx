import { type KeyboardEvent, useState } from "react";
import { Button } from "../design/button.tsx";
import { TextField } from "../design/field.tsx";
import { countOf } from "../words/number-text.ts";

type HandScansProps = {
  /** `pack`, `case`: what each scan is. */
  readonly what: string;
  readonly label: string;
  readonly numberOf: (scan: string) => string;
  readonly numbers: readonly string[];
  readonly onNumbers: (numbers: readonly string[]) => void;
};

/** Things scanned by hand, one after the other: a scanner ends each with Enter, which must not send the dialog. */
export function HandScans({ what, label, numberOf, numbers, onNumbers }: HandScansProps) {
  const [scan, setScan] = useState("");
  const [said, setSaid] = useState("");
  const take = (event: KeyboardEvent) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const number = numberOf(scan);
    setScan("");
    if (number === "") return;
    if (numbers.includes(number)) return setSaid(`${number} was scanned before.`);
    setSaid(`${number} is taken, ${countOf(numbers.length + 1, what)} scanned.`);
    onNumbers([...numbers, number]);
  };
  return (
    <div className="grid gap-2">
      <TextField
        label={label}
        value={scan}
        onValue={setScan}
        onKeyDown={take}
        autoComplete="off"
        spellCheck={false}
        autoFocus
        className="font-mono"
        hint={`Scan every ${what} that is there; press Enter after a number that you type.`}
      />
      <p role="status" className="min-h-5 text-[0.85rem] text-muted">
        {said}
      </p>
      {numbers.length > 0 && (
        <ol aria-label="Scanned" className="grid max-h-32 gap-1 overflow-y-auto">
          {numbers.map((number) => (
            <li key={number} className="flex items-center justify-between rounded bg-sunken px-3 py-0.5">
              <span className="font-mono text-[0.87rem]">{number}</span>
              <Button
                size="small"
                tone="quiet"
                label={`Take ${number} off the list`}
                onPress={() => onNumbers(numbers.filter((each) => each !== number))}
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
