import { commonApi } from "../../../src/contract/common-api.ts";
import { endpointPath } from "../../../src/contract/endpoint.ts";

const ticketPrefix = "ticket:";
let ticket: string | null = null;

/** The identity provider sends the browser back with `#ticket=…`: kept in memory and taken out of the address. */
export function takeTicketFromAddress(): void {
  const match = /^#ticket=(.*)$/.exec(location.hash);
  if (match === null) return;
  ticket = decodeURIComponent(match[1] ?? "");
  history.replaceState(history.state, "", location.pathname + location.search);
}

export function hasTicket(): boolean {
  return ticket !== null && ticket !== "";
}

/** What stands in for the password of one signature; signs once. */
export function spendTicket(): string {
  const secret = `${ticketPrefix}${ticket ?? ""}`;
  ticket = null;
  return secret;
}

/** Where the provider asks for a signature, and comes back to this very page. */
export function signingAddress(): string {
  return endpointPath(commonApi.startProvider, {}, { purpose: "sign", back: location.pathname + location.search });
}
