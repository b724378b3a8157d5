import { useState } from "react";
import { commonApi } from "../../../src/contract/common-api.ts";
import type { Role } from "../../../src/contract/rights.ts";
import { useAct } from "../calls/use-call.ts";
import { Dialog, FormDialog } from "../design/dialog.tsx";
import { TextField } from "../design/field.tsx";
import { OneTimeSecret } from "./one-time-password.tsx";
import { RolePicker } from "./role-picker.tsx";

export function CreateUserDialog({ onClose }: { readonly onClose: () => void }) {
  const [userName, setUserName] = useState("");
  const [fullName, setFullName] = useState("");
  const [held, setHeld] = useState<readonly Role[]>([]);
  const [reason, setReason] = useState("");
  const create = useAct(commonApi.createUser);
  if (create.data !== undefined) {
    return (
      <Dialog title={`${create.data.user.fullName} may sign in`} onClose={onClose}>
        <OneTimeSecret
          what="One-time password"
          secret={create.data.oneTimePassword}
          says="Tell it to the person; it has to be changed at the first sign-in."
          onClose={onClose}
        />
      </Dialog>
    );
  }
  const missing =
    userName.trim() === "" || fullName.trim() === ""
      ? "Give user name and name."
      : held.length === 0
        ? "Choose at least one role."
        : reason.trim() === ""
          ? "Say why."
          : null;
  return (
    <FormDialog
      title="Create user"
      submit="Create"
      why={missing}
      busy={create.isPending}
      error={create.error}
      onSubmit={() =>
        create.mutate({
          body: { userName: userName.trim(), fullName: fullName.trim(), roles: [...held], reason: reason.trim() },
        })
      }
      onClose={onClose}
    >
      <TextField
        label="User name"
        value={userName}
        onValue={setUserName}
        autoFocus
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        hint="Never given to a second person."
      />
      <TextField label="Full name" value={fullName} onValue={setFullName} autoComplete="off" />
      <RolePicker held={held} onHeld={setHeld} />
      <TextField label="Reason" value={reason} onValue={setReason} maxLength={500} />
    </FormDialog>
  );
}
