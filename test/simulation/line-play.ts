import { noRates, usualRates } from "./line-chance.ts";
import { deviceNames, lineModel } from "./line-devices.ts";
import {
  newWorld,
  operate,
  type OrderShape,
  prepared,
  testOrder,
  theRun,
  turnWorld,
  type World,
} from "./line-world.ts";

const stepsMax = 30_000;

export type Trouble = { readonly links?: boolean; readonly kills?: boolean; readonly hands?: boolean };

/** One run from start to Complete, or until `stepsMax` pitches of the belt have passed. */
export function play(seed: number, shape: OrderShape, trouble: Trouble, spoiled = true): World {
  const model = lineModel({ seed, rates: spoiled ? usualRates : noRates });
  const world = newWorld(model);
  prepared(world, testOrder(shape));
  const { random } = model;
  for (let step = 0; step < stepsMax && theRun(world).state !== "Complete"; step++) {
    turnWorld(world);
    if (trouble.links && random() < 0.004)
      model.cut(deviceNames[Math.floor(random() * deviceNames.length)] ?? "conveyor");
    if (trouble.links)
      for (const name of deviceNames) if (!model.connected[name] && random() < 0.05) model.restore(name);
    if (trouble.kills && !world.crash && random() < 0.01)
      world.crash = { writes: Math.floor(random() * 8), when: random() < 0.5 ? "before" : "after" };
    if (trouble.hands && random() < 0.002) model.takeFromBelt();
    if (random() < 0.05) operate(world);
  }
  return world;
}
