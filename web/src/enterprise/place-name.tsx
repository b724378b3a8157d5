import { enterpriseApi } from "../../../src/contract/enterprise-api.ts";
import { mayUse } from "../../../src/contract/rights.ts";
import { usePlace } from "../calls/session.ts";
import { useCall } from "../calls/use-call.ts";
import { identifierText } from "../words/identifier-text.ts";

/** A place by the name that the master data has for its GLN, where it has one. */
export function PlaceName({ id }: { readonly id: string }) {
  const { session } = usePlace();
  const parties = useCall(enterpriseApi.parties, undefined, { enabled: mayUse("product.read", session.roles) });
  const printed = identifierText(id);
  const gln = /\d{13}/.exec(printed)?.[0];
  const name = parties.data?.find((party) => party.gln === gln)?.name;
  return name === undefined ? <>{printed}</> : <span title={printed}>{name}</span>;
}
