import { PNG } from "pngjs";
import { afterEach, expect, test } from "vitest";
import type { ReaderEvent } from "../../contract/device-port.ts";
import { realClock } from "../../runtime/clock.real.ts";
import { silentLog } from "../../runtime/log.ts";
import { openLens } from "../hall/lens.ts";
import { packLayout } from "../raster/layout.ts";
import { blankPicture, copyRectangle, type Picture } from "../raster/picture.ts";
import { drawDataMatrix, fnc1 } from "../raster/symbol.ts";
import { untilTrue } from "../wire/until.ts";
import { startDecoder } from "./decoder-thread.ts";
import { openDataman } from "./driver.ts";
import { startCamera } from "./simulator.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function pair(imagesMax = 2) {
  const decoder = await startDecoder();
  closers.push(decoder.close);
  const free = { host: "127.0.0.1", port: 0 };
  const camera = await startCamera({ name: "test", address: free, opticsAddress: free, imagesMax }, decoder, silentLog);
  closers.push(camera.close);
  let pulses = 0;
  const { expose, ...lens } = openLens(camera.opticsAddress, realClock(), () => pulses);
  closers.push(lens.close);
  const events: ReaderEvent[] = [];
  const driver = openDataman(
    { address: camera.address, simulated: true },
    { clock: realClock(), log: silentLog },
    (event) => events.push(event),
  );
  closers.push(() => driver.close());
  await untilTrue("link and light", () => events.length > 0 && lens.connected());
  const reads = () => events.filter((event) => event.type === "read");
  const pulse: typeof expose = (triggerId, picture) => {
    pulses++;
    return expose(triggerId, picture);
  };
  return { camera, lens: { ...lens, expose: pulse }, driver, events, reads };
}

function carton(serial: string): Picture {
  const panel = blankPicture(packLayout.width, packLayout.height);
  drawDataMatrix(
    panel,
    `${fnc1}010401234567890121${serial}${fnc1}10LOT7`,
    packLayout.symbolLeft,
    packLayout.symbolTop,
    packLayout.moduleDots,
  );
  return panel;
}

const one = { symbol: "gs1-datamatrix", symbolsMax: 1 } as const;

test("a picture with a symbol is a read with its separator, grade, corners and trigger", async () => {
  const { lens, driver, reads } = await pair();
  await driver.loadJob(one);
  lens.expose(7, carton("ABC"));
  await untilTrue("read", () => reads().length === 1);
  const [read] = reads();
  expect(read).toMatchObject({
    triggerId: 7,
    symbols: [{ elements: "010401234567890121ABC\x1d10LOT7", symbology: "]d2", grade: 4 }],
  });
  const [left = 0, top = 0] = read?.type === "read" ? (read.symbols[0]?.corners ?? []) : [];
  expect(Math.abs(left - packLayout.symbolLeft) + Math.abs(top - packLayout.symbolTop)).toBeLessThan(6);
  expect(await driver.triggerCount()).toBe(1);
});

test("a picture without a symbol is a read of nothing, and loading a job counts anew", async () => {
  const { lens, driver, reads } = await pair();
  await driver.loadJob({ ...one, textLines: ["(21){serial}"] });
  lens.expose(1, blankPicture(320, 240));
  await untilTrue("read", () => reads().length === 1);
  expect(reads()).toMatchObject([{ triggerId: 1, symbols: [], text: { matched: false, scoreMin: 0 } }]);
  await driver.loadJob(one);
  expect(await driver.triggerCount()).toBe(0);
});

test("only the symbology of the job is read", async () => {
  const { lens, driver, reads } = await pair();
  await driver.loadJob({ symbol: "gs1-128", symbolsMax: 1 });
  lens.expose(1, carton("ABC"));
  await untilTrue("read", () => reads().length === 1);
  expect(reads()).toMatchObject([{ symbols: [] }]);
});

test("a picture of many packs gives all of them", async () => {
  const { lens, driver, reads } = await pair();
  await driver.loadJob({ symbol: "gs1-datamatrix", symbolsMax: 60 });
  const tray = blankPicture(8 * 140, 6 * 140);
  const serials = Array.from({ length: 48 }, (_, i) => `N${i}`);
  serials.forEach((serial, i) =>
    copyRectangle(
      carton(serial),
      { left: 0, top: 0, width: 136, height: 136 },
      tray,
      (i % 8) * 140,
      Math.floor(i / 8) * 140,
    ),
  );
  lens.expose(3, tray);
  await untilTrue("read", () => reads().length === 1);
  const [read] = reads();
  const found = read?.type === "read" ? read.symbols.map((symbol) => symbol.elements) : [];
  expect(new Set(found)).toEqual(new Set(serials.map((serial) => `010401234567890121${serial}\x1d10LOT7`)));
});

test("recent pictures can be had as PNG, older ones are gone", async () => {
  const { lens, driver, reads } = await pair(2);
  await driver.loadJob(one);
  for (const id of [1, 2, 3]) lens.expose(id, carton(`P${id}`));
  await untilTrue("reads", () => reads().length === 3);
  const ids = reads().flatMap((read) => (read.type === "read" ? [read.imageId] : []));
  const images = await Promise.all(ids.map((id) => driver.image(id)));
  expect(images[0]).toBeUndefined();
  const png = PNG.sync.read(Buffer.from(images[2] ?? []));
  expect([png.width, png.height]).toEqual([320, 240]);
  const grey = carton("P3").pixels.map((value, i) => Math.abs(value - (png.data[i * 4] ?? -1)));
  expect(grey.every((difference) => difference === 0)).toBe(true);
});

test("a camera without a job gives no result; a refused command is a permanent fault; the link comes back", async () => {
  const { camera, lens, driver, events, reads } = await pair();
  lens.expose(1, carton("A"));
  expect(
    await driver.loadJob({ symbol: "gs1-datamatrix", symbolsMax: 0 }).catch((error: unknown) => error),
  ).toMatchObject({ kind: "permanent", code: "reader.refused" });
  camera.outlet.cut();
  await untilTrue("link down", () => events.some((event) => event.type === "link" && !event.up));
  expect(await driver.triggerCount().catch((error: unknown) => error)).toMatchObject({
    kind: "transient",
    code: "reader.offline",
  });
  camera.outlet.mend();
  await untilTrue("link up", () => events.filter((event) => event.type === "link" && event.up).length === 2);
  await driver.loadJob(one);
  lens.expose(2, carton("B"));
  await untilTrue("read", () => reads().length === 1);
  expect(reads()).toMatchObject([{ triggerId: 2 }]);
});
