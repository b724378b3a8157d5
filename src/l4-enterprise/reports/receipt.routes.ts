import { enterpriseApi } from "../../contract/enterprise-api.ts";
import type { HttpServer } from "../../runtime/http/server-options.ts";
import type { Sql } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";
import { settleDocument } from "../shipments/shipment.store.ts";
import { answerReport } from "./report.handler.ts";

/** What became of the messages we gave the network. One that is of nothing kept here is acknowledged all the same. */
export function receiptRoutes(server: HttpServer<Sql>, company: Company): void {
  server.message(enterpriseApi.deliveryReceipt, async ({ sql, body, traceId }) => {
    const answered = await answerReport(sql, company, body, traceId);
    if (!answered && !(await settleDocument(sql, body.messageId, body.state))) {
      company.machine.log.info("a receipt for nothing that is waited for", {
        messageId: body.messageId,
        state: body.state,
      });
    }
    return { accepted: true as const };
  });
}
