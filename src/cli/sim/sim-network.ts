import { envelopeHeaders } from "../../contract/envelope.ts";
import { Fault } from "../../runtime/fault.ts";
import type { HttpReply, HttpRequest, Listener, Network } from "../../runtime/machine.ts";
import { type Life, never } from "./life.ts";
import type { SimClock } from "./sim-clock.ts";
import { type Chance, chanceOf } from "./sim-random.ts";

// Requests travel without sockets: late, twice, or not at all.

export type NetworkRates = {
  /** Shares of requests, 0..1: lost before they arrive, answered into the void, delivered twice, held up for long. */
  readonly lost: number;
  readonly replyLost: number;
  readonly duplicated: number;
  readonly heldUp: number;
  /** Chance of a partition each time one is drawn, see `partitionEveryMs`. */
  readonly partition: number;
};

export const calmRates: NetworkRates = { lost: 0, replyLost: 0, duplicated: 0, heldUp: 0, partition: 0 };
export const roughRates: NetworkRates = {
  lost: 0.04,
  replyLost: 0.04,
  duplicated: 0.06,
  heldUp: 0.05,
  partition: 0.25,
};

const usualDelayMs = [1, 25] as const;
const longDelayMs = [200, 8_000] as const;
const duplicateDelayMs = [5, 20_000] as const;
const partitionEveryMs = 20_000;
const partitionMs = [500, 15_000] as const;

/** A message that its sender saw accepted. */
export type Acknowledged = { readonly to: string; readonly messageId: string; readonly what: string };

export type NetworkCounts = {
  requests: number;
  lost: number;
  repliesLost: number;
  duplicated: number;
  heldUp: number;
  partitions: number;
};

/** Takes the place of `fetch`: how a guard of the network is taken out. */
export type AroundFetch = (from: string, request: HttpRequest, send: () => Promise<HttpReply>) => Promise<HttpReply>;

export type SimNetwork = {
  /** What an instance gets for `machine.network`. */
  of(life: Life): Network;
  /** What people's browsers use: they are on the same wires, and nobody kills them. */
  fetchFor(person: string): Network["fetch"];
  rates: NetworkRates;
  readonly counts: NetworkCounts;
  readonly acknowledged: readonly Acknowledged[];
  readonly reachable: ReadonlyMap<string, string>;
};

type Server = { readonly listener: Listener; readonly life: Life };
type Call = { readonly request: HttpRequest; readonly from: string; readonly caller: Life | undefined };

export function createSimNetwork(options: {
  readonly clock: SimClock;
  readonly seed: number;
  readonly around?: AroundFetch;
}): SimNetwork {
  const { clock, seed } = options;
  const servers = new Map<string, Server>();
  const names = new Map<string, string>();
  const acknowledged: Acknowledged[] = [];
  const counts: NetworkCounts = { requests: 0, lost: 0, repliesLost: 0, duplicated: 0, heldUp: 0, partitions: 0 };
  const streams = new Map<string, Chance>();
  const chanceFor = (from: string, to: string): Chance => {
    const name = `network ${from} > ${to}`;
    const stream = streams.get(name) ?? chanceOf(seed, name);
    streams.set(name, stream);
    return stream;
  };
  const network = { rates: calmRates };

  /** Whether the two are apart now: drawn once for each stretch of time and pair. */
  const partitioned = (from: string, to: string): boolean => {
    if (network.rates.partition === 0) return false;
    const stretch = Math.floor(clock.now() / partitionEveryMs);
    const chance = chanceOf(seed, `partition ${[from, to].sort().join(" ")} ${stretch}`);
    if (!chance.happens(network.rates.partition)) return false;
    const begins = chance.between(0, partitionEveryMs - 1);
    const since = (clock.now() % partitionEveryMs) - begins;
    return since >= 0 && since < chance.between(...partitionMs);
  };

  /** Gives the request to the server and answers with its reply; a server that dies meanwhile breaks the connection. */
  const deliver = (origin: string, request: HttpRequest): Promise<HttpReply> => {
    const server = servers.get(origin);
    if (!server || server.life.dead)
      return Promise.reject(new Fault("transient", "network.unreachable", `nobody listens at ${origin}`));
    return new Promise((resolve, reject) => {
      const task = clock.task(() => server.listener.inject(request));
      server.life.onDeath(() => {
        task.abandon();
        reject(new Fault("ambiguous", "network.broken", `${origin} broke the connection`));
      });
      task.result.then(
        (reply) => server.life.dead || resolve(reply),
        (error: unknown) => server.life.dead || reject(error),
      );
    });
  };

  const travel = (call: Call): Promise<HttpReply> => {
    const { request, from, caller } = call;
    const { origin, pathname } = new URL(request.url);
    const to = names.get(origin) ?? origin;
    const chance = chanceFor(from, to);
    const { rates } = network;
    counts.requests++;
    return new Promise<HttpReply>((resolve, reject) => {
      let arrived = false;
      let over = false;
      const end = (finish: () => void) => {
        if (over || caller?.dead) return;
        over = true;
        timeout.cancel();
        finish();
      };
      const fail = (kind: "transient" | "ambiguous", code: string) =>
        end(() => reject(new Fault(kind, code, `${request.method} ${origin}${pathname}`)));
      const timeout = clock.after(request.timeoutMs, () =>
        fail(arrived ? "ambiguous" : "transient", arrived ? "network.timeout" : "network.connect-timeout"),
      );
      const held = chance.happens(rates.heldUp);
      if (held) counts.heldUp++;
      const [least, most] = held ? longDelayMs : usualDelayMs;
      const delay = () => chance.between(least, most);
      const [there, back] = [delay(), delay()];
      const [lost, replyLost, twice] = [
        chance.happens(rates.lost),
        chance.happens(rates.replyLost),
        chance.happens(rates.duplicated),
      ];
      clock.after(there, () => {
        if (partitioned(from, to)) counts.partitions++;
        if (lost) counts.lost++;
        if (lost || partitioned(from, to)) return fail("transient", "network.unreachable");
        arrived = true;
        if (twice && knowsRepetition(request)) {
          counts.duplicated++;
          clock.after(chance.between(...duplicateDelayMs), () => void deliver(origin, request).catch(() => undefined));
        }
        deliver(origin, request).then(
          (reply) =>
            clock.after(back, () => {
              if (replyLost) {
                counts.repliesLost++;
                return fail("ambiguous", "network.broken");
              }
              end(() => {
                note(to, request, reply);
                resolve(reply);
              });
            }),
          (error: unknown) => clock.after(back, () => end(() => reject(error))),
        );
      });
    });
  };

  const note = (to: string, request: HttpRequest, reply: HttpReply) => {
    const messageId = request.headers[envelopeHeaders.messageId];
    if (messageId === undefined || reply.status < 200 || reply.status >= 300) return;
    acknowledged.push({ to, messageId, what: `${request.method} ${new URL(request.url).pathname}` });
  };

  const send = (call: Call): Promise<HttpReply> => {
    const go = () => clock.waiting(travel(call));
    return options.around ? options.around(call.from, call.request, go) : go();
  };

  return Object.assign(network, {
    counts,
    acknowledged,
    reachable: names,
    of: (life: Life): Network => ({
      fetch: (request) => (life.dead ? never() : send({ request, from: life.instance, caller: life })),
      async serve(listener, { host, port }) {
        if (life.dead) return never();
        const url = `http://${host}:${port}`;
        names.set(url, life.instance);
        servers.set(url, { listener, life });
        return {
          url,
          async close() {
            if (servers.get(url)?.life === life) servers.delete(url);
            if (!life.dead) await listener.close();
          },
        };
      },
    }),
    fetchFor: (person: string) => (request: HttpRequest) => send({ request, from: person, caller: undefined }),
  });
}

/** Only what carries an id that makes it safe is ever sent twice by a network of ours; and questions. */
function knowsRepetition(request: HttpRequest): boolean {
  return request.method === "GET" || request.headers[envelopeHeaders.messageId] !== undefined;
}
