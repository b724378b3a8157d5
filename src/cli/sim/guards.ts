import type { AroundSql } from "./sim-database.ts";
import type { AroundDevices } from "./sim-line.ts";
import type { AroundFetch } from "./sim-network.ts";

/** One guard of the product, and how the simulation takes it out: by what it hands in, never by a flag in the product. */
export type Guard = {
  readonly name: string;
  /** The invariant that no longer holds without it. */
  readonly invariant: number;
  readonly what: string;
  readonly aroundSql?: AroundSql;
  readonly aroundFetch?: AroundFetch;
  readonly devices?: AroundDevices;
};
