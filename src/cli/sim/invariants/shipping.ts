import { companyNames, type Facts } from "../facts.ts";

/** 8: nothing ships unless its lot is released, unexpired and not held, and the reports its market wants are accepted. */
export function shippedReleased({ companies }: Facts): string[] {
  const wrong: string[] = [];
  const maker = companies["enterprise-maker"];
  const expiryOf = new Map(maker.lots.map(({ gtin, lot, expiry }) => [`${gtin} ${lot}`, expiry]));
  for (const name of companyNames) {
    for (const { deliveryId, direction, shippedAt, lines } of companies[name].shipments) {
      if (direction !== "outbound" || shippedAt === null) continue;
      const shippedOn = new Date(shippedAt).toISOString().slice(2, 10).replaceAll("-", "");
      for (const { gtin, lot } of lines) {
        const expiry = expiryOf.get(`${gtin} ${lot}`) ?? "";
        if (shippedOn > expiry)
          wrong.push(`${name}: delivery ${deliveryId} left on ${shippedOn}, lot ${lot} expired on ${expiry}`);
      }
    }
  }
  for (const { deliveryId, direction, shippedAt, lines } of maker.shipments) {
    if (direction !== "outbound" || shippedAt === null) continue;
    const left =
      maker.audit.find((entry) => entry.action === "shipment.ship" && entry.subject === `shipment/${deliveryId}`)?.at ??
      shippedAt;
    for (const { gtin, lot } of lines) {
      const released = maker.audit.find(
        (entry) => entry.action === "lot.release" && entry.subject === `lot/${gtin}/${lot}`,
      )?.at;
      if (released === undefined || released > Math.min(left, shippedAt)) {
        wrong.push(
          `delivery ${deliveryId} left at ${at(Math.min(left, shippedAt))}, lot ${lot} was released ${released === undefined ? "never" : `at ${at(released)}`}`,
        );
      }
      const held = maker.audit.find(
        (entry) => entry.action === "lot.hold" && entry.subject === `lot/${gtin}/${lot}`,
      )?.at;
      if (held !== undefined && held < left) wrong.push(`delivery ${deliveryId} left while lot ${lot} was held`);
      const market = maker.lots.find((each) => each.gtin === gtin && each.lot === lot)?.market;
      const reports = maker.reports.filter((each) => each.gtin === gtin && each.lot === lot);
      if (market === "eu" && reports.length === 0)
        wrong.push(`delivery ${deliveryId} left, lot ${lot} was never reported`);
      for (const { reportId, answeredAt } of reports) {
        if (answeredAt === null || answeredAt > left)
          wrong.push(`delivery ${deliveryId} left before report ${reportId} of lot ${lot} was accepted`);
      }
    }
  }
  return wrong;
}

function at(instant: number): string {
  return new Date(instant).toISOString();
}
