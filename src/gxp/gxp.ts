import type { Environment } from "../contract/envelope.ts";
import type { Database, Machine, Sql } from "../runtime/machine.ts";
import type { AuditActor } from "./audit/audit-chain.ts";
import type { PasswordHasher } from "./people/password-hasher.ts";

/** What people, machines, trail and signatures of one level work with. */
export type Gxp = {
  readonly instance: string;
  readonly environment: Environment;
  readonly database: Database;
  readonly clock: Machine["clock"];
  readonly random: Machine["random"];
  readonly log: Machine["log"];
  readonly hasher: PasswordHasher;
  /** Runs in the transaction of every change of people: level 4 puts the new snapshot into its outbox here. */
  readonly onPeopleChange?: (sql: Sql) => Promise<void>;
};

/** By whom and under which trace something is done. */
export type DoneBy = { readonly actor: AuditActor; readonly traceId?: string };
