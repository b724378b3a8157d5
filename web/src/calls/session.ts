import { useQueryClient } from "@tanstack/react-query";
import { createContext, use } from "react";
import { commonApi, type Self, type Session } from "../../../src/contract/common-api.ts";
import { mayUse, type Right } from "../../../src/contract/rights.ts";
import { invariant } from "../../../src/kernel/base/invariant.ts";
import { levelClient } from "./level-client.ts";
import { useCall } from "./use-call.ts";

const sessionCheckMs = 60_000;

export function useSelf() {
  return useCall(commonApi.self, undefined, { everyMs: sessionCheckMs });
}

/** Who is signed in; its refusal `gxp.sign-in-needed` means nobody. */
export function useSessionCall() {
  return useCall(commonApi.session, undefined, { everyMs: sessionCheckMs });
}

export type Place = { readonly self: Self; readonly session: Session };

export const PlaceContext = createContext<Place | null>(null);

/** The level this page belongs to and the person signed in; only below the signed-in part of the page. */
export function usePlace(): Place {
  const place = use(PlaceContext);
  invariant(place, "outside of the signed-in part");
  return place;
}

/** Null, or why this person may not: the words of a dead button. */
export function useWhyNot(right: Right): string | null {
  const { session } = usePlace();
  return mayUse(right, session.roles) ? null : "None of your roles may do this.";
}

/** Ends the session and forgets everything that was shown under it. */
export function useSignOut(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await levelClient.call(commonApi.signOut).catch(() => undefined);
    queries.removeQueries({
      predicate: ({ queryKey }) => queryKey[0] !== commonApi.self.path && queryKey[0] !== commonApi.session.path,
    });
    await queries.resetQueries({ queryKey: [commonApi.session.path] });
  };
}
