import type { Party } from "../contract/enterprise-api.ts";
import type { Environment } from "../contract/envelope.ts";
import { must, ok, refuse, type Result } from "../kernel/base/result.ts";
import { parseGln } from "../kernel/gs1/key.ts";
import { sglnEpc } from "../kernel/gs1/epc.ts";
import type { Actor } from "../runtime/http/actor.ts";
import type { Database, Machine } from "../runtime/machine.ts";

/** What every feature of one company's level 4 works with. */
export type Company = {
  readonly machine: Machine;
  readonly database: Database;
  readonly environment: Environment;
  /** Our own GLN: the owner in every row. */
  readonly owner: string;
  readonly self: Party;
  readonly sites: readonly Site[];
};

/** One of our sites, and the name of the credential that it calls with. */
export type Site = { readonly gln: string; readonly credential: string };

/** A site speaks of its own orders and deliveries only. Refuses `work-order.other-site`. */
export function checkSite({ sites }: Company, actor: Actor, gln: string | null): Result<true> {
  const site = sites.find((each) => each.gln === gln);
  const own = site !== undefined && actor.kind === "machine" && actor.name === site.credential;
  return own ? ok(true) : refuse("work-order.other-site", gln ?? "");
}

/** The ledger's key of whose matters these are. */
export function scopeOf({ owner, environment }: Company): { owner: string; environment: Environment } {
  return { owner, environment };
}

/** A place as events spell it: the party's SGLN without extension. */
export function placeOf(party: Pick<Party, "gln" | "companyPrefixLength">): string {
  return must(sglnEpc(must(parseGln(party.gln)), party.companyPrefixLength));
}

/** The outbox's name of one of our sites. */
export const siteDestination = (gln: string): string => `site-${gln}`;
/** The outbox's name of the network. */
export const networkDestination = "network";
