import type { DeviceEvent, LineDevices } from "../../contract/device-port.ts";
import type { HttpReply } from "../../runtime/machine.ts";
import { demonstration } from "../demo/demonstration.ts";
import type { AroundSql } from "./sim-database.ts";
import type { LineHooks } from "./sim-line.ts";
import type { AroundFetch } from "./sim-network.ts";

/** One guard of the product, and how the simulation takes it out: by what it hands in, never by a flag in the product. */
export type Guard = {
  readonly name: string;
  /** The invariant that does not hold without it. */
  readonly invariant: number;
  readonly what: string;
  /** Anew for each world. */
  readonly takeOut: () => Hooks;
};

export type Hooks = {
  readonly aroundSql?: AroundSql;
  readonly aroundFetch?: AroundFetch;
  readonly line?: LineHooks;
  /** Done to an instance's database before it starts. */
  readonly prepare?: { readonly instance: string; readonly sql: string };
};

const maker = "enterprise-maker";

/** A pool that hands out the same block again. */
const numberAllocation: Guard = {
  name: "number-allocation",
  invariant: 1,
  what: "an allocation moves its pool on, and a block is allocated once",
  takeOut: () => ({
    prepare: { instance: maker, sql: "drop index number_allocation_of_counter" },
    aroundSql: async (_instance, statement, values, run) =>
      statement.name === "numbers_advance" ? [] : run(statement, values),
  }),
};

/** Numbers come back and nobody writes down that they are used up. */
const numberReturn: Guard = {
  name: "number-return",
  invariant: 2,
  what: "level 4 retires the numbers that come back before it acknowledges them",
  takeOut: () => ({
    aroundSql: async (_instance, statement, values, run) =>
      statement.name === "numbers_retire" ? [] : run(statement, values),
  }),
};

/** A label reader that says what should be there. */
const labelReadBack: Guard = {
  name: "label-read-back",
  invariant: 3,
  what: "the label on a container is read back before its content is put on record",
  takeOut: () => {
    const asked: Record<string, string> = {};
    const labelOf = { caseLabelReader: "casePrinter", palletLabelReader: "palletPrinter" } as const;
    return {
      line: {
        // Often enough that a short run has one.
        repeatedLabels: 0.5,
        devices(devices: LineDevices): LineDevices {
          const noting = (name: "casePrinter" | "palletPrinter") => {
            const printer = devices[name];
            return {
              ...printer,
              print: (record: Parameters<typeof printer.print>[0]) => {
                asked[name] = record.elements;
                return printer.print(record);
              },
            };
          };
          return { ...devices, casePrinter: noting("casePrinter"), palletPrinter: noting("palletPrinter") };
        },
        event(heard: DeviceEvent): DeviceEvent {
          if (
            (heard.device !== "caseLabelReader" && heard.device !== "palletLabelReader") ||
            heard.event.type !== "read"
          )
            return heard;
          const elements = asked[labelOf[heard.device]];
          if (elements === undefined) return heard;
          const believed = { elements, symbology: "]C1", corners: [0, 0, 1, 0, 1, 1, 0, 1], grade: 3.6 };
          return { device: heard.device, event: { ...heard.event, symbols: [believed] } };
        },
      },
    };
  },
};

/** Every message that comes again is new. */
const applyOnce: Guard = {
  name: "apply-once",
  invariant: 4,
  what: "a message that was applied is known by its id, with its answer, from the same commit on",
  takeOut: () => {
    let count = 0;
    const strangers = new Map<unknown, string>();
    return {
      async aroundSql(_instance, statement, values, run) {
        const [messageId, ...rest] = values;
        if (statement.name === "inbox-insert")
          strangers.set(messageId, `00000000-0000-7000-8000-${String(++count).padStart(12, "0")}`);
        const stranger = strangers.get(messageId);
        const knows = statement.name === "inbox-insert" || statement.name === "inbox-reply";
        return run(statement, knows && stranger !== undefined ? [stranger, ...rest] : values);
      },
    };
  },
};

/** Something is changed and the trail does not say so. */
const auditTrail: Guard = {
  name: "audit-trail",
  invariant: 5,
  what: "a change and its audit entry are one commit",
  takeOut: () => {
    const skipped = new Set<unknown>();
    return {
      async aroundSql(_instance, statement, values, run) {
        if (statement.name === "audit-insert" && values[7] === "shipment.ship") {
          skipped.add(values[0]);
          return [];
        }
        // The chain stays whole: nothing but the missing word gives it away.
        if (statement.name === "audit-head-move" && skipped.delete(values[0])) return [];
        return run(statement, values);
      },
    };
  },
};

const taken: HttpReply = {
  status: 200,
  headers: { "content-type": "application/json" },
  body: Buffer.from('{"accepted":true}'),
};

/** What was sent counts as received. */
const delivery: Guard = {
  name: "delivery",
  invariant: 6,
  what: "a message stays in its outbox until its receiver has acknowledged it",
  takeOut: () => ({
    aroundFetch: async (_from, request, send) => {
      const receipt =
        request.url.endsWith("/v1/delivery-receipts") && Buffer.from(request.body ?? "").includes('"delivered"');
      return receipt ? taken : send();
    },
  }),
};

/** Whoever asks was a partner all along. */
const sharing: Guard = {
  name: "sharing",
  invariant: 7,
  what: "a company's trace is answered to those only whom the goods went to or came from",
  takeOut: () => ({
    aroundSql: async (_instance, statement, values, run) =>
      statement.name === "shipment_partners"
        ? [demonstration.maker, demonstration.wholesaler, demonstration.pharmacy].map(({ gln }) => ({ partner: gln }))
        : run(statement, values),
  }),
};

/** Every lot is released, whoever asks at the gate. */
const lotGate: Guard = {
  name: "lot-gate",
  invariant: 8,
  what: "a shipment looks at its lots' status and reports before it leaves",
  takeOut: () => ({
    async aroundSql(instance, statement, values, run) {
      const rows = await run(statement, values);
      if (instance !== maker) return rows;
      if (statement.name === "lot_locked") {
        return rows.map((row) => (row["status"] === "quarantine" ? { ...row, status: "released" } : row));
      }
      if (statement.name === "reports_of_lot") return rows.map((row) => ({ ...row, state: "accepted" }));
      return rows;
    },
  }),
};

/** One for each invariant, in their order. */
export const guards: readonly Guard[] = [
  numberAllocation,
  numberReturn,
  labelReadBack,
  applyOnce,
  auditTrail,
  delivery,
  sharing,
  lotGate,
];
