import { RouterProvider } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Self } from "../../../src/contract/common-api.ts";
import { isSignedOut } from "../calls/problem-words.ts";
import { PlaceContext, useSelf, useSessionCall } from "../calls/session.ts";
import { Loading, Problem } from "../design/notice.tsx";
import { FrontPage } from "../sign-in/front-page.tsx";
import { PasswordChange } from "../sign-in/password-change.tsx";
import { createLevelRouter } from "./router.tsx";

/** Asks which level this page came from, then who sits before it. */
export function App() {
  const self = useSelf();
  if (self.data === undefined) {
    return (
      <main className="mx-auto mt-24 max-w-xl p-4">
        {self.error === null ? <Loading what="Asking this level what it is" /> : <Problem error={self.error} />}
      </main>
    );
  }
  return <AtLevel self={self.data} />;
}

function AtLevel({ self }: { readonly self: Self }) {
  const session = useSessionCall();
  const router = useMemo(() => createLevelRouter(self.level), [self.level]);
  const place = useMemo(
    () => (session.data === undefined ? null : { self, session: session.data }),
    [self, session.data],
  );

  if (isSignedOut(session.error) || (session.error !== null && place === null)) {
    return <FrontPage self={self} problem={isSignedOut(session.error) ? null : session.error} />;
  }
  if (place === null) return <Loading />;
  if (place.session.passwordChangeNeeded) return <PasswordChange self={self} session={place.session} />;
  return (
    <PlaceContext value={place}>
      <RouterProvider router={router} />
    </PlaceContext>
  );
}
