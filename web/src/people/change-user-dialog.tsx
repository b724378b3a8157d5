import { useState } from "react";
import { commonApi, type User } from "../../../src/contract/common-api.ts";
import type { Role } from "../../../src/contract/rights.ts";
import { useAct } from "../calls/use-call.ts";
import { Dialog, FormDialog } from "../design/dialog.tsx";
import { SelectField, TextField } from "../design/field.tsx";
import { OneTimeSecret } from "./one-time-password.tsx";
import { RolePicker } from "./role-picker.tsx";

type Change = "roles" | "disable" | "enable" | "password" | "badge" | "no-badge";

function changesOf(user: User): readonly (readonly [Change, string])[] {
  return [
    ["roles", "Change the roles"],
    user.state === "active"
      ? ["disable", "Disable the account"]
      : ["enable", user.state === "locked" ? "Unlock the account" : "Enable the account"],
    ["password", "Give a new one-time password"],
    ["badge", "Give a badge and PIN for the line"],
    ...(user.hasBadge ? [["no-badge", "Take the badge away"] as const] : []),
  ];
}

/** One change at a time, each with its reason. */
export function ChangeUserDialog({ user, onClose }: { readonly user: User; readonly onClose: () => void }) {
  const [change, setChange] = useState<Change>("roles");
  const [held, setHeld] = useState<readonly Role[]>(user.roles);
  const [badge, setBadge] = useState("");
  const [pin, setPin] = useState("");
  const [reason, setReason] = useState("");
  const setRoles = useAct(commonApi.setRoles, onClose);
  const setState = useAct(commonApi.setUserState, onClose);
  const setBadgeOf = useAct(commonApi.setBadge, onClose);
  const reset = useAct(commonApi.resetPassword);
  const acts = [setRoles, setState, setBadgeOf, reset];
  const params = { userId: user.userId };

  if (reset.data !== undefined) {
    return (
      <Dialog title={`New password for ${user.fullName}`} onClose={onClose}>
        <OneTimeSecret
          what="One-time password"
          secret={reset.data.oneTimePassword}
          says="Every session of this person has ended."
          onClose={onClose}
        />
      </Dialog>
    );
  }
  const submit = () => {
    const why = reason.trim();
    if (change === "roles") setRoles.mutate({ params, body: { roles: [...held], reason: why } });
    else if (change === "disable" || change === "enable")
      setState.mutate({ params, body: { state: change === "enable" ? "active" : "disabled", reason: why } });
    else if (change === "password") reset.mutate({ params, body: { reason: why } });
    else setBadgeOf.mutate({ params, body: { badge: change === "badge" ? { badge, pin } : null, reason: why } });
  };
  const missing =
    change === "roles" && held.length === 0
      ? "Choose at least one role."
      : change === "badge" && (badge === "" || pin === "")
        ? "Give badge and PIN."
        : reason.trim() === ""
          ? "Say why."
          : null;
  return (
    <FormDialog
      title={user.fullName}
      submit="Save"
      why={missing}
      busy={acts.some((act) => act.isPending)}
      error={acts.find((act) => act.error !== null)?.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <SelectField
        label="What to change"
        value={change}
        onValue={(value) => setChange(value as Change)}
        options={changesOf(user)}
      />
      {change === "roles" && <RolePicker held={held} onHeld={setHeld} />}
      {change === "badge" && (
        <>
          <TextField label="Badge" value={badge} onValue={setBadge} autoComplete="off" />
          <TextField
            label="PIN"
            type="password"
            inputMode="numeric"
            value={pin}
            onValue={setPin}
            autoComplete="off"
            hint="Six to twelve digits, no row."
          />
        </>
      )}
      <TextField label="Reason" value={reason} onValue={setReason} maxLength={500} />
    </FormDialog>
  );
}
