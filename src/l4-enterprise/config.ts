import { type Static, Type } from "typebox";
import { Party } from "../contract/enterprise-api.ts";
import { Gln, Name } from "../contract/shapes.ts";
import { commonConfig, databaseConfig, NeighbourConfig } from "../runtime/level-config.ts";

/** One company's level 4. Its GLN is the owner of everything in it. */
export const EnterpriseConfig = Type.Object({
  ...commonConfig,
  ...databaseConfig,
  company: Party,
  /** 32 bytes, hex: wraps the keys of the number pools. */
  keyFile: Type.String({ minLength: 1 }),
  /** The company's own and contracted sites, by GLN; `credential` names the one that the site calls with. */
  sites: Type.Array(Type.Object({ gln: Gln, credential: Name, ...NeighbourConfig.properties })),
  network: Type.Optional(NeighbourConfig),
  /** One PostgreSQL, or a Citus cluster reached at its coordinator. */
  store: Type.Optional(Type.Object({ kind: Type.Union([Type.Literal("postgres"), Type.Literal("citus")]) })),
});
export type EnterpriseConfig = Static<typeof EnterpriseConfig>;
