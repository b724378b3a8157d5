import { useState } from "react";
import { enterpriseApi } from "../../../src/contract/enterprise-api.ts";
import { signatureMeanings } from "../../../src/contract/signature-meanings.ts";
import { traceApi, type WorkedException } from "../../../src/contract/trace-api.ts";
import { useAct } from "../calls/use-call.ts";
import { Button } from "../design/button.tsx";
import { Dialog, FormDialog } from "../design/dialog.tsx";
import { SelectField, TextField } from "../design/field.tsx";
import { ReasonDialog, reasonMax } from "../design/reason-dialog.tsx";
import { SignatureDialog } from "../design/signature-dialog.tsx";
import { Moment } from "../words/time-text.tsx";

type Props = { readonly exception: WorkedException; readonly onClose: () => void };

export function AssignDialog({
  exception,
  people,
  onClose,
}: Props & { readonly people: readonly { readonly userId: string; readonly name: string }[] }) {
  const [to, setTo] = useState(exception.assignedTo?.userId ?? "");
  const assign = useAct(traceApi.assignException, onClose);
  const { exceptionId } = exception;
  return (
    <FormDialog
      title="Give it to somebody"
      submit="Give"
      busy={assign.isPending}
      error={assign.error}
      onSubmit={() => assign.mutate({ params: { exceptionId }, body: { userId: to === "" ? null : to } })}
      onClose={onClose}
    >
      <p>{exception.message}</p>
      <SelectField
        label="Who works on it"
        value={to}
        onValue={setTo}
        options={[["", "nobody"], ...people.map(({ userId, name }) => [userId, name] as const)]}
      />
    </FormDialog>
  );
}

export function CommentDialog({ exception, onClose }: Props) {
  const [words, setWords] = useState("");
  const comment = useAct(traceApi.commentException, onClose);
  const { exceptionId } = exception;
  return (
    <FormDialog
      title="Comment on it"
      submit="Put it down"
      why={words.trim() === "" ? "Say something first." : null}
      busy={comment.isPending}
      error={comment.error}
      onSubmit={() => comment.mutate({ params: { exceptionId }, body: { words: words.trim() } })}
      onClose={onClose}
    >
      <p>{exception.message}</p>
      <TextField label="Comment" value={words} onValue={setWords} maxLength={reasonMax} autoFocus />
    </FormDialog>
  );
}

/** A warning wants a reason, an error a signature as well. */
export function ResolveDialog(props: Props) {
  return props.exception.severity === "error" ? <SignedResolution {...props} /> : <PlainResolution {...props} />;
}

function PlainResolution({ exception, onClose }: Props) {
  const resolve = useAct(enterpriseApi.resolveException, onClose);
  const { exceptionId } = exception;
  return (
    <ReasonDialog
      title="Resolve the exception"
      submit="Resolve"
      busy={resolve.isPending}
      error={resolve.error}
      onReason={(reason) => resolve.mutate({ params: { exceptionId }, body: { reason } })}
      onClose={onClose}
    >
      <p>{exception.message}</p>
    </ReasonDialog>
  );
}

function SignedResolution({ exception, onClose }: Props) {
  const [reason, setReason] = useState("");
  const resolve = useAct(traceApi.signException, onClose);
  const { exceptionId } = exception;
  return (
    <SignatureDialog
      title="Resolve the exception"
      submit="Sign and resolve"
      signers={[{ meaning: signatureMeanings.exceptionResolution, says: "I found out why the events do not agree." }]}
      why={reason.trim() === "" ? "Say why first." : null}
      busy={resolve.isPending}
      error={resolve.error}
      onSign={([signature]) => resolve.mutate({ params: { exceptionId }, body: { reason: reason.trim(), signature } })}
      onClose={onClose}
    >
      <p>{exception.message}</p>
      <TextField label="Reason" value={reason} onValue={setReason} maxLength={reasonMax} autoFocus />
    </SignatureDialog>
  );
}

const kinds = { comment: "said", assigned: "gave it to", resolved: "resolved it" } as const;

export function NotesDialog({ exception, onClose }: Props) {
  return (
    <Dialog title="What was done about it" onClose={onClose}>
      <div className="grid gap-4">
        <p>{exception.message}</p>
        {exception.notes.length === 0 && <p className="text-muted">Nothing yet.</p>}
        <ol aria-label="Notes" className="grid gap-2.5">
          {exception.notes.map(({ at, by, kind, words }, index) => (
            <li key={`${at} ${index}`}>
              <div className="text-[0.85rem] text-muted">
                <Moment at={at} /> {by} {kinds[kind]}
              </div>
              <div>{words}</div>
            </li>
          ))}
        </ol>
        <div className="flex justify-end">
          <Button onPress={onClose}>Close</Button>
        </div>
      </div>
    </Dialog>
  );
}
