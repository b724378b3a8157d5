import { type InputHTMLAttributes, type ReactNode, type Ref, useId } from "react";

const box =
  "w-full rounded-md border border-edge bg-surface px-2.5 py-1.5 text-ink placeholder:text-faint aria-disabled:bg-sunken";

type FieldProps = {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | null;
  readonly children: (ids: { id: string; describedBy: string | undefined }) => ReactNode;
};

/** A label, what it labels, and below it a hint or what is wrong. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const below = error ?? hint;
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-[0.9rem] font-medium">
        {label}
      </label>
      {children({ id, describedBy: below == null ? undefined : `${id}-below` })}
      {below != null && (
        <div id={`${id}-below`} className={`text-[0.85rem] ${error == null ? "text-muted" : "text-bad-text"}`}>
          {below}
        </div>
      )}
    </div>
  );
}

type TextFieldProps = Omit<InputHTMLAttributes<HTMLInputElement>, "onChange" | "value"> & {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly hint?: ReactNode;
  readonly error?: string | null;
  readonly ref?: Ref<HTMLInputElement>;
};

export function TextField({ label, value, onValue, hint, error = null, className = "", ...rest }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {({ id, describedBy }) => (
        <input
          {...rest}
          data-autofocus={rest.autoFocus === true ? "" : undefined}
          id={id}
          value={value}
          onChange={(event) => onValue(event.target.value)}
          aria-describedby={describedBy}
          aria-invalid={error !== null}
          className={`${box} min-h-9 ${className}`}
        />
      )}
    </Field>
  );
}

type SelectFieldProps = {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly hint?: ReactNode;
  readonly required?: boolean;
};

export function SelectField({ label, value, onValue, options, hint, required }: SelectFieldProps) {
  return (
    <Field label={label} hint={hint}>
      {({ id, describedBy }) => (
        <select
          id={id}
          value={value}
          onChange={(event) => onValue(event.target.value)}
          aria-describedby={describedBy}
          required={required}
          className={`${box} min-h-9`}
        >
          {options.map(([key, words]) => (
            <option key={key} value={key}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function CheckField({
  label,
  checked,
  onChecked,
}: {
  readonly label: string;
  readonly checked: boolean;
  readonly onChecked: (checked: boolean) => void;
}) {
  return (
    <label className="flex min-h-9 items-center gap-2.5">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChecked(event.target.checked)}
        className="size-5 accent-accent"
      />
      {label}
    </label>
  );
}
