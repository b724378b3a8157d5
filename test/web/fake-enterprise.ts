import { enterpriseApi, type LotView, type ReportView, type ShipmentView } from "../../src/contract/enterprise-api.ts";
import { signatureMeanings } from "../../src/contract/signature-meanings.ts";
import { ok, refuse } from "../../src/kernel/base/result.ts";
import type { FakeParts } from "./fake-level.ts";
import { registerExceptions } from "./fake-exceptions.ts";
import { fakeTrace, packId, registerTraces } from "./fake-trace.ts";

const gtin = "09521234543213";
const workOrderId = "018f2000-0000-7000-8000-000000000001";
const reportId = "018f4000-0000-7000-8000-000000000001";
const hash = "c".repeat(64);

export function registerEnterprise(parts: FakeParts): void {
  const { server, clock } = parts;
  const started = clock.now();
  registerLots(parts);
  registerOrders(parts);
  registerTraces(parts);
  registerExceptions(parts);
  server.route(enterpriseApi.trace, ({ query }) => {
    if (query.id.includes("UNKNOWN")) return refuse("pack.unknown", "?id");
    const { id, ask = false } = query;
    if (ask && id.includes("ALONE"))
      return ok({ ...fakeTrace(id, false, started), network: { answer: "unreachable" as const } });
    return ok(fakeTrace(id, ask, started));
  });
  server.route(enterpriseApi.verify, ({ body }) => ({
    verified: !body.scan.includes("FALSE"),
    reason: body.scan.includes("FALSE") ? "No_match_GTIN_Serial" : null,
    additional: null,
    responder: "9521234000006",
    source: "own" as const,
    simulated: false,
    at: clock.now(),
  }));
  server.route(enterpriseApi.products, () => [
    {
      gtin,
      version: 2,
      companyPrefixLength: 7,
      name: "Auroxin 20 mg, 30 tablets",
      commonName: "auroxin",
      dosageForm: "film-coated tablet",
      strength: "20 mg",
      packSize: "30",
      manufacturerName: "Aurora Pharma AG",
      market: "eu" as const,
      packsPerCase: 24,
      casesPerPallet: 10,
    },
    {
      gtin: "00395212340014",
      version: 1,
      companyPrefixLength: 7,
      name: "Auroxin 20 mg, 60 tablets",
      commonName: "auroxin",
      dosageForm: "film-coated tablet",
      strength: "20 mg",
      packSize: "60",
      manufacturerName: "Aurora Pharma AG",
      market: "us" as const,
      nationalNumber: "95212-340-01",
      packsPerCase: 12,
      casesPerPallet: 20,
    },
  ]);
  const address = { street: "Rheinweg 4", city: "Basel", postalCode: "4057", countryCode: "CH" };
  server.route(enterpriseApi.parties, () => [
    { gln: "9521234000006", companyPrefixLength: 7, name: "Aurora Pharma AG", role: "self" as const, address },
    {
      gln: "9521234000013",
      companyPrefixLength: 7,
      name: "Site Basel",
      role: "site" as const,
      address,
      ownedBy: "9521234000006",
    },
    {
      gln: "9521235000005",
      companyPrefixLength: 7,
      name: "Medica Wholesale",
      role: "wholesaler" as const,
      address: { ...address, city: "Lyon", postalCode: "69002", countryCode: "FR" },
    },
  ]);
  server.route(enterpriseApi.pools, () => [
    {
      poolId: 1,
      level: "pack" as const,
      gtin,
      format: "A7K2M + 6 of 23456789ABCDEFGHJKMNPQRSTUVWXYZ",
      capacity: "887503681",
      issued: "182400",
      state: "open" as const,
    },
    {
      poolId: 2,
      level: "case" as const,
      gtin: null,
      format: "0 9521234",
      capacity: "1000000000",
      issued: "8120",
      state: "open" as const,
    },
    {
      poolId: 3,
      level: "pack" as const,
      gtin,
      format: "B + 11 of 0123456789",
      capacity: "100000000000",
      issued: "400",
      state: "closed" as const,
    },
  ]);
  server.route(enterpriseApi.whoHasNumber, () => ({
    own: true,
    issued: true,
    poolId: 1,
    counter: "181022",
    workOrderId,
    at: started - 7e6,
  }));
  const uploaded = {
    mediaType: "application/ld+json",
    partner: null,
    by: "Ada Admin",
    createdAt: started - 3e6,
    changedAt: started - 2e6,
    refusal: null,
  } as const;
  server.route(enterpriseApi.captureJobs, () => [
    {
      ...uploaded,
      jobId: "018f6000-0000-7000-8000-000000000001",
      name: "history-2025.jsonld",
      state: "capturing" as const,
      bytes: 812_000_000,
      events: { total: 190_400, done: 61_000, captured: 60_120, duplicate: 880 },
      exceptions: 3,
      findings: {
        errors: 1,
        warnings: 2,
        list: [
          {
            severity: "error" as const,
            code: "epcis.unknown-word",
            at: "/epcisBody/eventList/17/bizStep",
            message: "baking is no business step",
          },
        ],
      },
    },
    {
      ...uploaded,
      jobId: "018f6000-0000-7000-8000-000000000002",
      name: "broken.xml",
      mediaType: "application/xml",
      state: "refused" as const,
      bytes: 812,
      events: { total: null, done: 0, captured: 0, duplicate: 0 },
      exceptions: 0,
      findings: null,
      refusal: { code: "epcis.syntax", at: "12:4", message: "unclosed element" },
    },
  ]);
}

function registerLots({ server, sessions, clock }: FakeParts): void {
  const started = clock.now();
  const reports: ReportView[] = [
    {
      reportId,
      market: "eu",
      kind: "pack-data",
      subject: `lot/${gtin}/L2610C`,
      state: "accepted",
      packs: 2000,
      sentAt: started - 8e7,
      answeredAt: started - 8e7 + 4000,
      answer: "accepted, 2000 packs",
      simulated: true,
    },
    {
      reportId: "018f4000-0000-7000-8000-000000000002",
      market: "eu",
      kind: "pack-data",
      subject: `lot/${gtin}/L2611A`,
      state: "refused",
      packs: 2000,
      sentAt: started - 6e5,
      answeredAt: started - 5e5,
      answer: "E52: product version unknown",
      simulated: true,
    },
  ];
  const lotOf = (lot: string, status: LotView["status"], release: string | null, hold: string | null): LotView => ({
    gtin,
    lot,
    expiry: "281100",
    market: "eu",
    status,
    packs: {
      commissioned: 2002,
      sampled: 0,
      destroyed: 2,
      decommissioned: 0,
      dispensed: status === "released" ? 31 : 0,
    },
    workOrders: [workOrderId],
    reports: reports
      .filter(({ subject }) => subject.endsWith(lot))
      .map(({ reportId: id, kind, state }) => ({ reportId: id, kind, state })),
    signatures: [
      {
        signatureId: "018f6000-0000-7000-8000-000000000001",
        userId: "018f0000-0000-7000-8000-000000000002",
        userName: "sven",
        meaning: "reconciled",
        at: started - 9e7,
        recordHash: hash,
      },
      {
        signatureId: "018f6000-0000-7000-8000-000000000002",
        userId: "018f0000-0000-7000-8000-000000000003",
        userName: "quinn",
        meaning: "order closed",
        at: started - 8.9e7,
        recordHash: hash,
      },
    ],
    commands: { release, hold, unhold: "A lot that is not held has no hold to lift.", recall: hold, withdraw: hold },
  });
  const lots = [
    lotOf("L2611B", "in-production", "lot.status", null),
    lotOf("L2611A", "quarantine", null, null),
    lotOf("L2610C", "released", "lot.status", null),
  ];
  const find = (lot: string) => lots.find((each) => each.lot === lot);
  server.route(enterpriseApi.lots, () => lots);
  server.route(enterpriseApi.lot, ({ params }) => find(params.lot) ?? refuse("lot.unknown", "lot"));
  server.route(enterpriseApi.releaseLot, ({ params, body }) => {
    const signed = sessions.sign(body.signature, signatureMeanings.lotRelease);
    if (!signed.ok) return signed;
    const lot = find(params.lot);
    if (lot === undefined) return refuse("lot.unknown", "lot");
    lot.status = "released";
    lot.commands = { release: "lot.status", hold: null };
    lot.signatures.push(signed.value);
    return ok(lot);
  });
  for (const [endpoint, meaning, status] of [
    [enterpriseApi.holdLot, signatureMeanings.lotHold, "held"],
    [enterpriseApi.unholdLot, signatureMeanings.lotUnhold, "released"],
    [enterpriseApi.recallLot, signatureMeanings.lotRecall, "recalled"],
    [enterpriseApi.withdrawLot, signatureMeanings.lotWithdrawal, "withdrawn"],
  ] as const)
    server.route(endpoint, ({ params, body }) => {
      const signed = sessions.sign(body.signature, meaning);
      if (!signed.ok) return signed;
      const lot = find(params.lot);
      if (lot === undefined) return refuse("lot.unknown", "lot");
      lot.status = status;
      const not = (allowed: boolean) => (allowed ? null : `The lot is ${status}.`);
      lot.commands = {
        release: not(false),
        hold: not(status === "released"),
        unhold: not(status === "held"),
        recall: not(status === "released" || status === "held"),
        withdraw: not(status === "held" || status === "recalled"),
      };
      lot.signatures.push(signed.value);
      return ok(lot);
    });
  server.route(enterpriseApi.packs, () =>
    Array.from({ length: 12 }, (_, index) => ({
      id: packId.replace("9013", String(9013 + index)),
      serial: `A7K2M${9013 + index}QX`,
      disposition: index === 3 ? "destroyed" : "in_transit",
      parent: index === 3 ? null : "https://id.gs1.org/00/095212340000010845",
    })),
  );
  server.route(enterpriseApi.reports, () => reports);
  server.route(enterpriseApi.sendReport, ({ params }) => {
    const report = reports.find((each) => each.reportId === params.reportId);
    if (report === undefined) return refuse("report.unknown");
    report.state = "queued";
    return ok(report);
  });
}

function registerOrders({ server, clock }: FakeParts): void {
  const started = clock.now();
  const shipment = (deliveryId: string, more: Partial<ShipmentView>): ShipmentView => ({
    deliveryId,
    direction: "outbound",
    partner: "9521235000005",
    partnerName: "Medica Wholesale",
    purchaseOrder: "PO-4471",
    state: "delivered",
    contents: ["00095212340000020011", "00095212340000020028"],
    packs: 480,
    documentState: "delivered",
    shippedAt: started - 5e7,
    receivedAt: null,
    ...more,
  });
  const shipments = [
    shipment("018f3000-0000-7000-8000-000000000001", {}),
    shipment("018f3000-0000-7000-8000-000000000002", {
      purchaseOrder: "PO-4480",
      state: "ordered",
      contents: [],
      packs: 240,
      documentState: null,
      shippedAt: null,
    }),
    shipment("018f3000-0000-7000-8000-000000000003", {
      direction: "inbound",
      partnerName: "Contract Pack AG",
      purchaseOrder: "AU-118",
      state: "announced",
      shippedAt: started - 4e6,
    }),
  ];
  server.route(enterpriseApi.shipments, () => shipments);
  server.route(enterpriseApi.receive, ({ params }) => {
    const found = shipments.find(({ deliveryId }) => deliveryId === params.deliveryId);
    if (found === undefined) return refuse("shipment.unknown");
    Object.assign(found, { state: "received", receivedAt: clock.now() });
    return ok(found);
  });
  server.route(enterpriseApi.workOrders, () => [
    {
      order: {
        workOrderId,
        owner: "9521234000006",
        environment: "production" as const,
        market: "eu" as const,
        marketRulesVersion: 1,
        gtin,
        productName: "Auroxin 20 mg, 30 tablets",
        productVersion: 2,
        companyPrefixLength: 7,
        lot: "L2611A",
        expiry: "281100",
        quantity: 2000,
        packsPerCase: 24,
        casesPerPallet: 10,
        site: "9521234000013",
      },
      state: "submitted" as const,
      allocated: { pack: 2200, case: 110, pallet: 30 },
      createdAt: started - 9e7,
    },
  ]);
  server.route(enterpriseApi.createWorkOrder, ({ body }) => refuse("work-order.lot-taken", "/lot", body.lot));
}
