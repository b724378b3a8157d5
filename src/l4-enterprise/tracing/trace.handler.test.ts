import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { documentOf, eventAt, ssccId } from "../../../test/support/pallet-document.ts";
import { type ScratchDatabase, scratchDatabase } from "../../../test/support/scratch-database.ts";
import { type ClientFetch, createClient } from "../../contract/client.ts";
import { must } from "../../kernel/base/result.ts";
import { Fault } from "../../runtime/fault.ts";
import { silentLog } from "../../runtime/log.ts";
import { realMachine } from "../../runtime/machine.real.ts";
import type { Company } from "../company-scope.ts";
import { capture } from "../epcis-repository/capture.handler.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { migrations } from "../migrations.ts";
import { openPoolKeys } from "../serial-numbers/pool-keys.ts";
import { identifierOfScan } from "./scan.ts";
import { traceAcross } from "./trace.handler.ts";

const gln = "4012345000009";
const sscc = "340123450000000017";
const machine = realMachine({ log: silentLog });
const ctx: LedgerContext = { owner: gln, environment: "production", keys: openPoolKeys(new Uint8Array(32).fill(7)) };
const self = { gln, name: "Maker", companyPrefixLength: 7 } as Company["self"];
let scratch: ScratchDatabase;
let company: Company;

beforeAll(async () => {
  scratch = await scratchDatabase(migrations);
  company = { machine, database: scratch.database, environment: "production", owner: gln, self, sites: [] };
  const event = { type: "ObjectEvent", action: "OBSERVE", bizStep: "receiving", epcList: [ssccId(sscc)] };
  await capture(machine, scratch.database, ctx, {
    document: documentOf([eventAt({ gln }, 1_790_000_000_000, event)]),
    contentType: "application/ld+json",
    source: "own",
  });
});

afterAll(() => scratch.drop());

const traced = (fetch: ClientFetch, ask = true) =>
  traceAcross(company, ctx, createClient({ url: "http://network", fetch }), must(identifierOfScan(`(00)${sscc}`)), ask);

const replying =
  (status: number, body: unknown): ClientFetch =>
  async () => ({ status, headers: {}, body: new TextEncoder().encode(JSON.stringify(body)) });
const throwing = (error: Error): ClientFetch => {
  return async () => {
    throw error;
  };
};

describe("a trace that asks the others", () => {
  test.each<[string, ClientFetch, unknown]>([
    ["answered", replying(200, { answers: [] }), { answer: "answered" }],
    ["gone", throwing(new Fault("transient", "network.refused", "nobody listens")), { answer: "unreachable" }],
    ["too slow", throwing(new Fault("ambiguous", "network.timeout", "no answer")), { answer: "unreachable" }],
    ["not ready", replying(503, { code: "http.unavailable" }), { answer: "unreachable" }],
    ["a proxy's page", replying(502, "<html>"), { answer: "unreachable" }],
    ["no answer of ours", replying(200, undefined), { answer: "unreachable" }],
    ["refusing", replying(403, { code: "company.suspended" }), { answer: "refused", code: "company.suspended" }],
  ])("with the network %s says so, and what we know ourselves [REQ-SHARE-02]", async (_, fetch, network) => {
    const own = await traced(throwing(new Error("not asked")), false);
    expect(own.hops).toMatchObject([{ bizStep: "receiving", company: gln, source: "own" }]);
    expect(own).not.toHaveProperty("network");
    expect(await traced(fetch)).toEqual({ ...own, network });
  });

  test("does not take a mistake of its own for the network's", async () => {
    await expect(traced(throwing(new TypeError("a bug")))).rejects.toThrow("a bug");
  });
});
