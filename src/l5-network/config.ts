import { type Static, Type } from "typebox";
import { Gln } from "../contract/shapes.ts";
import { commonConfig, databaseConfig, NeighbourConfig } from "../runtime/level-config.ts";

export const NetworkConfig = Type.Object({
  ...commonConfig,
  ...databaseConfig,
  /** Where each company's level 4 is reached. A company is active only once it is admitted, see `companies`. */
  enterprises: Type.Array(Type.Object({ company: Gln, ...NeighbourConfig.properties })),
  /** The EU Hub and its national systems; `simulated` is shown wherever an answer of it is. */
  euHub: Type.Optional(Type.Object({ url: Type.String({ minLength: 1 }), simulated: Type.Boolean() })),
});
export type NetworkConfig = Static<typeof NetworkConfig>;
