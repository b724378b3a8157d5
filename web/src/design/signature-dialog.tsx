import { type ReactNode, useState } from "react";
import type { SignatureInput } from "../../../src/contract/shapes.ts";
import { hasTicket, signingAddress, spendTicket } from "../calls/provider-ticket.ts";
import { usePlace } from "../calls/session.ts";
import { FormDialog } from "./dialog.tsx";
import { TextField } from "./field.tsx";

export type Signer = { readonly meaning: string; readonly says: string };

type SignatureDialogProps = {
  readonly title: string;
  /** What is signed, as it will be recorded. */
  readonly children: ReactNode;
  /** The first is the person signed in; a second is somebody else. */
  readonly signers: readonly [Signer] | readonly [Signer, Signer];
  readonly submit: string;
  readonly tone?: "primary" | "danger";
  /** What is still missing above the signatures. */
  readonly why?: string | null;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onSign: (signatures: readonly [SignatureInput, ...SignatureInput[]]) => void;
  readonly onClose: () => void;
};

/** Shows what a signature means and asks each signer again who they are (21 CFR 11.50, 11.200). */
export function SignatureDialog({ children, signers, why = null, onSign, ...rest }: SignatureDialogProps) {
  const { session } = usePlace();
  const provided = session.via === "provider";
  const [own, setOwn] = useState("");
  const [otherName, setOtherName] = useState("");
  const [other, setOther] = useState("");
  const [first, second] = signers;
  const missing =
    why ??
    (own === "" && !(provided && hasTicket()) ? "Sign first: give your password." : null) ??
    (second !== undefined && (otherName.trim() === "" || other === "") ? "A second person must sign too." : null);

  const sign = () => {
    const mine: SignatureInput = {
      userName: session.userName,
      password: provided ? spendTicket() : own,
      // Sent along, so that a level which records another meaning refuses.
      meaning: first.meaning,
    };
    onSign(
      second === undefined ? [mine] : [mine, { userName: otherName.trim(), password: other, meaning: second.meaning }],
    );
    setOwn("");
    setOther("");
  };

  return (
    <FormDialog {...rest} why={missing} onSubmit={sign} wide={second !== undefined}>
      <div className="grid gap-2">{children}</div>
      <div className={`grid gap-4 ${second === undefined ? "" : "sm:grid-cols-2"}`}>
        <SignerBox signer={first} order={second === undefined ? undefined : "First signature"}>
          <TextField
            label="User name"
            value={session.userName}
            onValue={() => undefined}
            readOnly
            aria-disabled="true"
            autoComplete="username"
          />
          {provided ? (
            <ProviderProof />
          ) : (
            <TextField
              label="Password"
              type="password"
              value={own}
              onValue={setOwn}
              autoComplete="current-password"
              autoFocus={why === null}
            />
          )}
        </SignerBox>
        {second !== undefined && (
          <SignerBox signer={second} order="Second signature, another person">
            <TextField label="Second signer’s user name" value={otherName} onValue={setOtherName} autoComplete="off" />
            <TextField
              label="Second signer’s password"
              type="password"
              value={other}
              onValue={setOther}
              autoComplete="off"
            />
          </SignerBox>
        )}
      </div>
    </FormDialog>
  );
}

function SignerBox({
  signer,
  order,
  children,
}: {
  readonly signer: Signer;
  readonly order: string | undefined;
  readonly children: ReactNode;
}) {
  return (
    <fieldset className="grid content-start gap-3 rounded-md border border-line p-3">
      {order !== undefined && <legend className="px-1 text-[0.85rem] font-medium text-muted">{order}</legend>}
      <p>
        <span className="text-[0.85rem] text-muted">Meaning of this signature</span>
        <br />
        <strong>{signer.meaning}</strong>: {signer.says}
      </p>
      {children}
    </fieldset>
  );
}

function ProviderProof() {
  return hasTicket() ? (
    <p>Your identity provider has asked you again. This signature can be given once.</p>
  ) : (
    <a href={signingAddress()} className="font-medium text-accent-text underline">
      Go to your identity provider, which asks you again; then open this dialog once more.
    </a>
  );
}
