import { enterpriseApi } from "../../../src/contract/enterprise-api.ts";
import { mayUse } from "../../../src/contract/rights.ts";
import { usePlace } from "../calls/session.ts";
import { useCall } from "../calls/use-call.ts";
import { identifierText } from "../words/identifier-text.ts";

/** Names of places, for what cannot hold a component; the printed identifier where the master data has none. */
export function usePlaceNames(): (id: string) => string {
  const { session } = usePlace();
  const parties = useCall(enterpriseApi.parties, undefined, { enabled: mayUse("product.read", session.roles) });
  return (id) => {
    const printed = identifierText(id);
    const gln = /\d{13}/.exec(printed)?.[0];
    return parties.data?.find((party) => party.gln === gln)?.name ?? printed;
  };
}

/** A place by the name that the master data has for its GLN, where it has one. */
export function PlaceName({ id }: { readonly id: string }) {
  const printed = identifierText(id);
  const name = usePlaceNames()(id);
  return name === printed ? <>{printed}</> : <span title={printed}>{name}</span>;
}
