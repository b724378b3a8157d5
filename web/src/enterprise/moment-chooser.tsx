import { useEffect, useState } from "react";
import { Button } from "../design/button.tsx";
import { CheckField, Field, TextField } from "../design/field.tsx";
import { momentText } from "../words/time-text.tsx";

/** What the address says of the moment: absent for now. */
export type ChosenMoment = { readonly at?: number; readonly known?: number };

/** `at`, and `known` where the same moment was asked for as it was known then. */
export function momentOf(search: Readonly<Record<string, string | undefined>>): ChosenMoment {
  const at = Number(search["at"]);
  if (search["at"] === undefined || !Number.isSafeInteger(at) || at < 0) return {};
  return search["known"] === "then" ? { at, known: at } : { at };
}

const two = (value: number) => String(value).padStart(2, "0");

function localInput(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/**
 * A moment, by a slider over the times at which something happened, or typed. The slider's steps are the events: between
 * two of them nothing changed.
 */
export function MomentChooser({
  times,
  moment,
  onMoment,
}: {
  readonly times: readonly number[];
  readonly moment: ChosenMoment;
  readonly onMoment: (change: { at: string | undefined; known: string | undefined }) => void;
}) {
  const steps = [...new Set(times)].sort((a, b) => a - b);
  const { at } = moment;
  const place = at === undefined ? steps.length : steps.filter((step) => step <= at).length - 1;
  const [slid, setSlid] = useState(place);
  useEffect(() => setSlid(place), [place]);
  const known = moment.known === undefined ? undefined : "then";
  const go = (index: number) => {
    const step = steps[index];
    onMoment({ at: step === undefined ? undefined : String(step), known: step === undefined ? undefined : known });
  };
  const words = (index: number) => {
    const step = steps[index];
    if (index < 0) return "before anything is known";
    return step === undefined ? "now" : momentText(step);
  };
  return (
    <div className="grid gap-3">
      {steps.length > 0 && (
        <Field label="Moment" hint={words(slid)}>
          {({ id, describedBy }) => (
            <input
              id={id}
              type="range"
              min={0}
              max={steps.length}
              step={1}
              value={Math.max(0, slid)}
              onChange={(event) => setSlid(Number(event.target.value))}
              onPointerUp={() => go(slid)}
              onKeyUp={() => go(slid)}
              onBlur={() => slid !== place && go(slid)}
              aria-valuetext={words(slid)}
              aria-describedby={describedBy}
              className="w-full accent-accent"
            />
          )}
        </Field>
      )}
      <div className="flex flex-wrap items-end gap-3">
        <TextField
          label="Or at"
          type="datetime-local"
          step={1}
          // Its picker is a stop of its own, at which the field itself has no focus.
          className="focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent"
          value={at === undefined ? "" : localInput(at)}
          onValue={(text) => {
            const typed = new Date(text).getTime();
            if (Number.isFinite(typed) && typed >= 0) onMoment({ at: String(typed), known });
          }}
        />
        {at !== undefined && (
          <>
            <CheckField
              label="As it was known then"
              checked={moment.known !== undefined}
              onChecked={(checked) => onMoment({ at: String(at), known: checked ? "then" : undefined })}
            />
            <Button onPress={() => onMoment({ at: undefined, known: undefined })}>Now</Button>
          </>
        )}
      </div>
    </div>
  );
}
