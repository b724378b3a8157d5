import { type Company, type MessageView, networkApi } from "../../src/contract/network-api.ts";
import type { FakeParts } from "./fake-level.ts";

export function registerNetwork({ server, clock }: FakeParts): void {
  const started = clock.now();
  const company = (
    gln: string,
    name: string,
    role: Company["role"],
    state: Company["state"],
    prefix: string,
  ): Company => ({
    gln,
    name,
    role,
    state,
    companyPrefixes: [prefix],
    evidence: [{ kind: "licence", reference: `CH-${gln.slice(3, 7)}`, checkedAt: started - 9e8 }],
  });
  const companies = [
    company("9521234000006", "Aurora Pharma AG", "manufacturer", "active", "9521234"),
    company("9521235000005", "Medica Wholesale", "wholesaler", "active", "9521235"),
    company("9521236000004", "Rosen Pharmacy", "dispenser", "invited", "9521236"),
  ];
  const message = (
    last: number,
    to: string,
    kind: string,
    state: MessageView["state"],
    detail: string,
  ): MessageView => ({
    messageId: `018f7000-0000-7000-8000-00000000000${last}`,
    from: "9521234000006",
    to,
    kind,
    bytes: 48_201 * last,
    state,
    attempts: last,
    at: started - last * 600_000,
    detail,
  });
  server.route(networkApi.companies, () => companies);
  server.route(networkApi.writeCompany, ({ params, body }) => {
    const at = companies.findIndex(({ gln }) => gln === params.gln);
    companies.splice(at < 0 ? companies.length : at, 1, body.company);
    return body.company;
  });
  server.route(networkApi.connect, () => ({ accepted: true as const }));
  server.route(networkApi.messages, () => [
    message(1, "9521235000005", "epcis", "waiting", ""),
    message(2, "eu-hub", "pack-data", "accepted", "SIMULATED hub: 2000 packs"),
    message(3, "9521236000004", "epcis", "refused", "document.no-shipment: the document announces no shipment to us"),
  ]);
}
