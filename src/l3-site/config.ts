import { type Static, Type } from "typebox";
import { Count, Gln, Name } from "../contract/shapes.ts";
import { commonConfig, databaseConfig, NeighbourConfig } from "../runtime/level-config.ts";

/** One site; serves several owners, each with a level 4 of its own, ours or a stranger's. */
export const SiteConfig = Type.Object({
  ...commonConfig,
  ...databaseConfig,
  site: Type.Object({ gln: Gln, name: Name, companyPrefixLength: Type.Integer({ minimum: 4, maximum: 12 }) }),
  enterprises: Type.Array(Type.Object({ owner: Gln, ...NeighbourConfig.properties })),
  lines: Type.Array(Type.Object({ lineId: Name, ...NeighbourConfig.properties })),
  /** Numbers asked for beyond an order's quantity, where its recipes do not ask for more. */
  overage: Type.Optional(Type.Object({ percent: Type.Number({ minimum: 0, maximum: 50 }), minPacks: Count })),
});
export type SiteConfig = Static<typeof SiteConfig>;
