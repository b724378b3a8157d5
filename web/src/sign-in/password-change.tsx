import { useState } from "react";
import { commonApi, type Self, type Session } from "../../../src/contract/common-api.ts";
import { useSignOut } from "../calls/session.ts";
import { useAct } from "../calls/use-call.ts";
import { Button } from "../design/button.tsx";
import { TextField } from "../design/field.tsx";
import { Problem } from "../design/notice.tsx";
import { PageHead } from "../design/panel.tsx";

/** At the first sign-in: the one-time password has been read by somebody else and may do nothing but be replaced. */
export function PasswordChange({ self, session }: { readonly self: Self; readonly session: Session }) {
  const signOut = useSignOut();
  return (
    <main className="mx-auto grid min-h-dvh max-w-md content-center gap-4 p-4">
      <PageHead title="Choose your own password" below={`${session.fullName}, ${self.name}`} />
      <div className="rounded-xl border border-line bg-surface p-6">
        <p className="mb-4">
          You signed in with a one-time password. Choose a password that only you know: it is also what you sign with.
        </p>
        <ChangePasswordForm
          userName={session.userName}
          oldLabel="One-time password"
          onCancel={() => void signOut()}
          cancel="Sign out"
        />
      </div>
    </main>
  );
}

type ChangePasswordFormProps = {
  readonly userName: string;
  readonly oldLabel?: string;
  readonly onDone?: () => void;
  readonly onCancel: () => void;
  readonly cancel?: string;
};

export function ChangePasswordForm({
  userName,
  oldLabel = "Old password",
  onDone,
  onCancel,
  cancel = "Cancel",
}: ChangePasswordFormProps) {
  const [oldPassword, setOld] = useState("");
  const [newPassword, setNew] = useState("");
  const [again, setAgain] = useState("");
  const change = useAct(commonApi.changePassword, onDone);
  const differs = again !== "" && again !== newPassword;
  const why =
    oldPassword === "" || newPassword === ""
      ? "Fill in all three fields."
      : again !== newPassword
        ? "The two new passwords differ."
        : null;
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (why === null) change.mutate({ body: { oldPassword, newPassword } });
      }}
    >
      <input type="text" name="username" autoComplete="username" value={userName} readOnly hidden />
      <TextField
        label={oldLabel}
        type="password"
        value={oldPassword}
        onValue={setOld}
        autoComplete="current-password"
        autoFocus
      />
      <TextField
        label="New password"
        type="password"
        value={newPassword}
        onValue={setNew}
        autoComplete="new-password"
        hint="At least twelve characters; not your name, not a well-known password."
      />
      <TextField
        label="New password again"
        type="password"
        value={again}
        onValue={setAgain}
        autoComplete="new-password"
        error={differs ? "This differs from the one above." : null}
      />
      <Problem error={change.error} />
      <div className="flex justify-end gap-2">
        <Button onPress={onCancel}>{cancel}</Button>
        <Button submit tone="primary" why={why} busy={change.isPending}>
          Change password
        </Button>
      </div>
    </form>
  );
}
