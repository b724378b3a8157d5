import { deviceTargets } from "./device-targets.ts";
import { epcisTargets } from "./epcis-targets.ts";
import { gs1Targets } from "./gs1-targets.ts";
import { otherTargets } from "./other-targets.ts";
import type { Target } from "./target.ts";

/** Every parser that stands before something from outside. */
export const targets: readonly Target[] = [...gs1Targets, ...otherTargets, ...epcisTargets, ...deviceTargets];
