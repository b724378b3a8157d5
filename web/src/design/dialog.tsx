import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { Problem } from "./notice.tsx";
import { Button } from "./button.tsx";

type DialogProps = {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly wide?: boolean;
};

/** The browser's own modal dialog: focus stays inside, Escape closes, what is behind is inert. */
export function Dialog({ title, onClose, children, wide = false }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // Closed before it leaves the page: only then does the browser give the focus back to what opened it.
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    dialog?.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      className={`m-auto max-h-[92vh] w-[min(94vw,var(--dialog))] overflow-auto rounded-xl border border-line bg-raised p-0 text-ink shadow-2xl ${wide ? "[--dialog:48rem]" : "[--dialog:30rem]"}`}
    >
      <div className="border-b border-line px-5 py-3">
        <h2 id={heading} className="text-lg">
          {title}
        </h2>
      </div>
      <div className="px-5 py-4">{children}</div>
    </dialog>
  );
}

type FormDialogProps = {
  readonly title: string;
  readonly children: ReactNode;
  readonly submit: string;
  readonly tone?: "primary" | "danger";
  readonly why?: string | null;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly wide?: boolean;
};

/** A dialog that asks for something: fields, what went wrong, and two buttons. */
export function FormDialog({
  title,
  children,
  submit,
  tone = "primary",
  why = null,
  busy,
  error,
  onSubmit,
  onClose,
  wide = false,
}: FormDialogProps) {
  return (
    <Dialog title={title} onClose={onClose} wide={wide}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (why === null && !busy) onSubmit();
        }}
      >
        {children}
        <Problem error={error} />
        <div className="flex justify-end gap-2">
          <Button onPress={onClose}>Cancel</Button>
          <Button submit tone={tone} why={why} busy={busy}>
            {submit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
