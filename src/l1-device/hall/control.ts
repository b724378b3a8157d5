import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Log } from "../../runtime/machine.ts";
import { encodePng } from "../raster/png.ts";
import type { Address } from "../wire/address.ts";
import type { ZebraFault } from "../zebra/simulator.ts";
import type { Hall } from "./hall.ts";
import { deviceNames, printerNames } from "./machines.ts";
import type { Pack } from "./pack.ts";
import { pictureOf, type Print } from "./print.ts";

/*
 * The hands and eyes of the people in the SIMULATED hall, as HTTP with JSON on the loopback interface: looking
 * around, taking a pack out, scanning it by hand, doing damage. No device protocol passes here.
 */

export const controlLimits = { bodyBytesMax: 16 * 1024, binShownMax: 200 } as const;

export type HallControl = { readonly url: string; close(): Promise<void> };

type Reply = { readonly status: number; readonly body?: unknown; readonly png?: Uint8Array };
type Body = Readonly<Record<string, unknown>>;

export async function serveControl(hall: Hall, address: Address, log: Log): Promise<HallControl> {
  const server = createServer((request, response) => {
    void handle(hall, request)
      .catch((error: unknown): Reply => {
        log.error("hall control failed", { error });
        return problem(500, "the simulated hall failed");
      })
      .then((reply) => send(response, reply));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address.port, address.host, resolve);
  });
  const bound = server.address();
  const port = bound !== null && typeof bound === "object" ? bound.port : address.port;
  return {
    url: `http://${address.host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function problem(status: number, title: string): Reply {
  return { status, body: { type: "about:blank", status, title } };
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply.png) {
    response.writeHead(reply.status, { "content-type": "image/png", "cache-control": "no-store" }).end(reply.png);
    return;
  }
  response
    .writeHead(reply.status, {
      "content-type": "application/json",
      "cache-control": "no-store",
      "packtrail-simulated": "true",
    })
    .end(JSON.stringify(reply.body ?? {}));
}

async function handle(hall: Hall, request: IncomingMessage): Promise<Reply> {
  const url = new URL(request.url ?? "/", "http://hall");
  // A page on the internet that has its name resolved to this computer is not a person in the hall.
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(request.headers.host ?? ""))
    return problem(403, "loopback only");
  if (request.method === "GET" && url.pathname === "/state") return { status: 200, body: state(hall) };
  if (request.method === "GET" && url.pathname === "/picture") return picture(hall, url.searchParams);
  if (request.method !== "POST") return problem(404, "no such thing in the hall");
  if (!/^application\/json\b/.test(request.headers["content-type"] ?? "")) return problem(415, "JSON only");
  const body = await readBody(request);
  if (!body) return problem(400, "no JSON object");
  switch (url.pathname) {
    case "/faults":
      return fault(hall, body);
    case "/pace":
      if (!isWhole(body["packsPerMinute"], 1, 6_000)) return problem(400, "packsPerMinute 1 to 6000");
      hall.setPace(body["packsPerMinute"]);
      return { status: 200, body: state(hall) };
    case "/empty-bin":
      return { status: 200, body: { emptied: hall.emptyBin() } };
    case "/remove-from-case":
      return removeFromCase(hall, body);
    case "/inspect-case":
      return inspectCase(hall, body);
    case "/hand-scan":
      return handScan(hall, body);
    default:
      return problem(404, "no such thing in the hall");
  }
}

async function readBody(request: IncomingMessage): Promise<Body | undefined> {
  let text = "";
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > controlLimits.bodyBytesMax) return undefined;
  }
  try {
    const value: unknown = JSON.parse(text || "{}");
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Body) : undefined;
  } catch {
    return undefined;
  }
}

function isWhole(value: unknown, low: number, high: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= low && value <= high;
}

/** Positions for the web picture; `spoiled` says what the simulation did, which no machine of the line can see. */
function state(hall: Hall) {
  const view = hall.view();
  const shown = ({ trackingId, spoiled }: Readonly<Pack>) => ({ trackingId, spoiled: spoiled ?? null });
  const container = (each: {
    index: number;
    state: string;
    items: readonly unknown[];
    label: unknown;
    presented: number;
  }) => ({
    index: each.index,
    state: each.state,
    count: each.items.length,
    labelled: each.label !== undefined,
    presented: each.presented,
  });
  return {
    simulated: true,
    running: view.running,
    packsPerMinute: view.packsPerMinute,
    gate: view.gate,
    camera: view.camera,
    packs: view.packs.map(({ place, pack }) => ({ place, ...shown(pack) })),
    collecting: view.packer.collecting().length,
    cases: view.packer.cases().map(container),
    pallets: view.packer.pallets().map(container),
    bin: { count: view.bin.length, packs: view.bin.slice(-controlLimits.binShownMax).map(shown) },
    downstreamBin: {
      count: view.downstreamBin.length,
      packs: view.downstreamBin.slice(-controlLimits.binShownMax).map(shown),
    },
    alarms: view.alarms,
    printers: view.printers,
  };
}

const printerFaults: readonly ZebraFault[] = ["ribbon-out", "paper-out", "head-open", "paused"];

function fault(hall: Hall, body: Body): Reply {
  const active = body["active"] !== false;
  const done = { status: 200, body: { done: true } };
  switch (body["kind"]) {
    case "printer": {
      const printer = printerNames.find((name) => name === body["device"]);
      const what = printerFaults.find((name) => name === body["fault"]);
      if (!printer || !what) return problem(400, "device and fault of a printer");
      hall.faults.printer(printer, what, active);
      return done;
    }
    case "cable": {
      const device = deviceNames.find((name) => name === body["device"]);
      if (!device) return problem(400, "no such device");
      if (!active) hall.faults.mendCable(device);
      else hall.faults.cutCable(device, isWhole(body["forMs"], 1, 600_000) ? body["forMs"] : undefined);
      return done;
    }
    case "emergency-stop":
      hall.faults.emergencyStop(active);
      return done;
    case "swap-next":
      hall.faults.swapNext();
      return done;
    case "jam-rejector":
      hall.faults.jamRejector();
      return done;
    case "remove-pack":
      return hall.faults.removePack(isWhole(body["trackingId"], 1, 2 ** 31) ? body["trackingId"] : undefined)
        ? done
        : problem(404, "no such pack on the belt");
    default:
      return problem(400, "kind: printer, cable, emergency-stop, swap-next, jam-rejector, remove-pack");
  }
}

function removeFromCase(hall: Hall, body: Body): Reply {
  const { index, position } = body;
  if (!isWhole(index, 1, 1e6) || !isWhole(position, 0, 1e4)) return problem(400, "index and position");
  const pack = hall.removeFromCase(index, position);
  return pack ? { status: 200, body: { trackingId: pack.trackingId } } : problem(404, "no such pack in an open case");
}

/** What an operator reads who scans a case pack by pack; null where nothing can be read. */
async function inspectCase(hall: Hall, body: Body): Promise<Reply> {
  const found = hall
    .view()
    .packer.cases()
    .find((each) => each.index === body["index"]);
  if (!found) return problem(404, "no such case");
  const scans = await Promise.all(
    hall.findPacks(found.items).map(({ print }) => hall.handheld.scan(pictureOf(print), "gs1-datamatrix")),
  );
  return { status: 200, body: { index: found.index, state: found.state, scans: scans.map((scan) => scan ?? null) } };
}

async function handScan(hall: Hall, body: Body): Promise<Reply> {
  const surface = surfaceOf(hall, body);
  if (!surface) return problem(404, "nothing there to scan");
  const scan = await hall.handheld.scan(surface.picture, surface.symbol);
  return { status: 200, body: { scan: scan ?? null } };
}

/** `{what: "bin" | "downstream-bin", item}`, `{what: "pack", trackingId}`, `{what: "case" | "pallet", index}`. */
function surfaceOf(hall: Hall, body: Body) {
  const view = hall.view();
  const item = isWhole(body["item"], 0, 1e6) ? body["item"] : -1;
  const panel = (pack: Readonly<Pack> | undefined) =>
    pack && { picture: pictureOf(pack.print), symbol: "gs1-datamatrix" as const };
  const label = (each: { readonly label: Print | undefined } | undefined) =>
    each?.label ? { picture: pictureOf(each.label), symbol: "gs1-128" as const } : undefined;
  switch (body["what"]) {
    case "bin":
      return panel(view.bin[item]);
    case "downstream-bin":
      return panel(view.downstreamBin[item]);
    case "pack":
      return panel(hall.findPacks([Number(body["trackingId"])])[0]);
    case "case":
      return label(view.packer.cases().find((each) => each.index === body["index"]));
    case "pallet":
      return label(view.packer.pallets().find((each) => each.index === body["index"]));
    default:
      return undefined;
  }
}

/** The thing itself as PNG, for the web: the same query as a hand scan. */
function picture(hall: Hall, query: URLSearchParams): Reply {
  const asked: Record<string, unknown> = {};
  for (const [key, value] of query) asked[key] = key === "what" ? value : Number(value);
  const surface = surfaceOf(hall, asked);
  return surface ? { status: 200, png: encodePng(surface.picture) } : problem(404, "nothing there to see");
}
