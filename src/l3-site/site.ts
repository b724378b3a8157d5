import type { Gxp } from "../gxp/gxp.ts";
import type { Database, Machine, Sql } from "../runtime/machine.ts";
import type { SiteConfig } from "./config.ts";

/** What every handler of this level works with. */
export type Site = {
  readonly config: SiteConfig;
  readonly machine: Pick<Machine, "clock" | "random" | "log" | "network">;
  readonly database: Database;
  readonly gxp: Gxp;
};

/** A statement in or outside of a transaction. */
export type Reads = Pick<Sql, "run">;

export function servesOwner(config: SiteConfig, owner: string): boolean {
  return config.enterprises.some((each) => each.owner === owner);
}

export function hasLine(config: SiteConfig, lineId: string): boolean {
  return config.lines.some((each) => each.lineId === lineId);
}

/** Names of the outbox's destinations; a lane in them keeps the order of one work order's or one line's messages. */
export function enterpriseDestination(owner: string): string {
  return `enterprise:${owner}`;
}

export function lineDestination(lineId: string): string {
  return `line:${encodeURIComponent(lineId)}`;
}
