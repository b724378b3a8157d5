import { type Static, Type } from "typebox";
import { Name } from "../contract/shapes.ts";
import { commonConfig, NeighbourConfig } from "../runtime/level-config.ts";

/** One packaging line. Its own database is a SQLite file in `dataDir`. */
export const LineConfig = Type.Object({
  ...commonConfig,
  lineId: Name,
  dataDir: Type.String({ minLength: 1 }),
  site: NeighbourConfig,
  /** Where the devices are reached; `cli` makes the drivers of it, this level does not look inside. */
  devices: Type.Unknown(),
  /** Minutes that the hall's wall clock is ahead of UTC: stands beside every instant on record. */
  offsetMinutes: Type.Optional(Type.Integer({ minimum: -840, maximum: 840 })),
  /** Verdicts and journal in this process too, as the simulation wants it; else in a process of their own. */
  inProcess: Type.Optional(Type.Boolean()),
});
export type LineConfig = Static<typeof LineConfig>;
