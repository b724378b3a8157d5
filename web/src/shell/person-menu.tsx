import { useId, useState } from "react";
import { usePlace, useSignOut } from "../calls/session.ts";
import { Button } from "../design/button.tsx";
import { Dialog } from "../design/dialog.tsx";
import { Facts } from "../design/panel.tsx";
import { applyTheme, chosenTheme, themeChoices } from "../design/theme.ts";
import { ChangePasswordForm } from "../sign-in/password-change.tsx";
import { momentText } from "../words/time-text.tsx";

/** Who is signed in, their theme, their password, and the way out. */
export function PersonMenu() {
  const { session } = usePlace();
  const [open, setOpen] = useState<"no" | "person" | "password">("no");
  const [leaving, setLeaving] = useState(false);
  const signOut = useSignOut();
  return (
    <>
      <Button tone="quiet" icon="person" onPress={() => setOpen("person")} label={`${session.fullName}, your account`}>
        {session.fullName}
      </Button>
      <Button
        busy={leaving}
        onPress={() => {
          setLeaving(true);
          void signOut();
        }}
      >
        Sign out
      </Button>
      {open === "person" && (
        <Dialog title={session.fullName} onClose={() => setOpen("no")}>
          <div className="grid gap-4">
            <Facts
              facts={[
                ["User name", session.userName],
                ["Roles", session.roles.join(", ")],
                ["Signed in", momentText(session.signedInAt)],
                [
                  "Ends",
                  `${momentText(session.endsAt)}, or after ${Math.round(session.idleMs / 60_000)} min without use`,
                ],
              ]}
            />
            <ThemeChoice />
            <div className="flex justify-end gap-2">
              {session.via === "password" && <Button onPress={() => setOpen("password")}>Change password</Button>}
              <Button tone="primary" onPress={() => setOpen("no")}>
                Done
              </Button>
            </div>
          </div>
        </Dialog>
      )}
      {open === "password" && (
        <Dialog title="Change password" onClose={() => setOpen("no")}>
          <ChangePasswordForm userName={session.userName} onDone={() => setOpen("no")} onCancel={() => setOpen("no")} />
        </Dialog>
      )}
    </>
  );
}

const themeWords = { system: "As the system", light: "Light", dark: "Dark" } as const;

export function ThemeChoice() {
  const [theme, setTheme] = useState(chosenTheme);
  const name = useId();
  return (
    <fieldset className="rounded-md border border-line p-3">
      <legend className="px-1 text-[0.85rem] text-muted">Colours</legend>
      <div className="flex flex-wrap gap-4">
        {themeChoices.map((choice) => (
          <label key={choice} className="flex items-center gap-2">
            <input
              type="radio"
              name={name}
              checked={theme === choice}
              className="size-4 accent-accent"
              onChange={() => {
                applyTheme(choice);
                setTheme(choice);
              }}
            />
            {themeWords[choice]}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
