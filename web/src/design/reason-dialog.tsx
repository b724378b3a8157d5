import { type ReactNode, useState } from "react";
import { FormDialog } from "./dialog.tsx";
import { TextField } from "./field.tsx";

export const reasonMax = 100;

type ReasonDialogProps = {
  readonly title: string;
  readonly submit: string;
  readonly tone?: "primary" | "danger";
  readonly children?: ReactNode;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onReason: (reason: string) => void;
  readonly onClose: () => void;
};

/** Asks why: the audit trail keeps it with the change (EU GMP Annex 11 §9). */
export function ReasonDialog({ children, onReason, ...rest }: ReasonDialogProps) {
  const [reason, setReason] = useState("");
  return (
    <FormDialog {...rest} why={reason.trim() === "" ? "Say why first." : null} onSubmit={() => onReason(reason.trim())}>
      {children}
      <TextField
        label="Reason"
        value={reason}
        onValue={setReason}
        maxLength={reasonMax}
        autoFocus
        hint="Kept in the audit trail."
      />
    </FormDialog>
  );
}
