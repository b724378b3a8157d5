import { useState } from "react";
import { commonApi, type Self } from "../../../src/contract/common-api.ts";
import { useAct } from "../calls/use-call.ts";
import { Button } from "../design/button.tsx";
import { TextField } from "../design/field.tsx";
import { Problem } from "../design/notice.tsx";

type Way = "badge" | "password";

/** The ways in that this level offers: badge and PIN at a line, user name and password, the identity provider. */
export function SignInForm({ self }: { readonly self: Self }) {
  const { badge, password, provider } = self.signIn;
  const [way, setWay] = useState<Way>(badge ? "badge" : "password");
  return (
    <div className="grid gap-4 rounded-xl border border-line bg-surface p-6">
      <h2 className="text-lg">Sign in</h2>
      {provider !== null && (
        <>
          <a
            href={`${provider.path}?back=${encodeURIComponent(location.pathname + location.search)}`}
            className="inline-flex min-h-11 items-center justify-center rounded-md border border-accent bg-accent px-4 font-medium text-on-accent hover:bg-accent-hover"
          >
            Sign in with {provider.name}
          </a>
          {password && <p className="text-center text-[0.85rem] text-muted">or with an account kept here</p>}
        </>
      )}
      {way === "badge" ? <BadgeForm /> : password && <PasswordForm />}
      {badge && password && (
        <Button wide tone="quiet" onPress={() => setWay(way === "badge" ? "password" : "badge")}>
          {way === "badge" ? "Use user name and password" : "Use badge and PIN"}
        </Button>
      )}
    </div>
  );
}

function PasswordForm() {
  const [userName, setUserName] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useAct(commonApi.signIn);
  const why = userName.trim() === "" || password === "" ? "Give user name and password." : null;
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (why === null) signIn.mutate({ body: { userName: userName.trim(), password } });
      }}
    >
      <TextField
        label="User name"
        value={userName}
        onValue={setUserName}
        autoComplete="username"
        autoFocus
        spellCheck={false}
        autoCapitalize="none"
      />
      <TextField
        label="Password"
        type="password"
        value={password}
        onValue={setPassword}
        autoComplete="current-password"
      />
      <Problem error={signIn.error} />
      <Button submit wide tone="primary" why={why} busy={signIn.isPending}>
        Sign in
      </Button>
    </form>
  );
}

/** A badge reader types the badge and Enter; the PIN follows by hand. */
function BadgeForm() {
  const [badge, setBadge] = useState("");
  const [pin, setPin] = useState("");
  const signIn = useAct(commonApi.signInByBadge);
  const why = badge === "" || pin === "" ? "Scan your badge and give your PIN." : null;
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (why === null) signIn.mutate({ body: { badge, pin } });
        else event.currentTarget.querySelector<HTMLInputElement>("input[type=password]")?.focus();
      }}
    >
      <TextField
        label="Badge"
        value={badge}
        onValue={setBadge}
        autoComplete="off"
        autoFocus
        hint="Scan it, or type its number."
      />
      <TextField label="PIN" type="password" inputMode="numeric" value={pin} onValue={setPin} autoComplete="off" />
      <Problem error={signIn.error} />
      <Button submit wide tone="primary" why={why} busy={signIn.isPending}>
        Sign in
      </Button>
    </form>
  );
}
