import { enterpriseApi } from "../../contract/enterprise-api.ts";
import { audit, auditActor } from "../../gxp/audit/audit.ts";
import { deny, must } from "../../kernel/base/result.ts";
import { parseGln, parseGtin } from "../../kernel/gs1/key.ts";
import type { HttpServer } from "../../runtime/http/server-options.ts";
import type { Sql } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";
import {
  addProductVersion,
  loadParties,
  loadParty,
  loadProduct,
  loadProducts,
  lockProduct,
  saveParty,
} from "./master-data.store.ts";

/** A product is written as its next version: lots stay with the one they were started with. */
export function masterDataRoutes(server: HttpServer<Sql>, company: Company): void {
  const { machine, database, owner } = company;

  server.route(enterpriseApi.products, () => loadProducts(database, company));
  server.route(enterpriseApi.parties, () => loadParties(database, company));

  server.route(enterpriseApi.writeProduct, ({ params, body, actor, traceId }) =>
    database.transaction(async (sql) => {
      must(parseGtin(body.product.gtin));
      if (body.product.gtin !== params.gtin) deny("http.invalid", "/product/gtin", "another GTIN than in the path");
      await lockProduct(sql, company, params.gtin);
      const before = await loadProduct(sql, company, params.gtin);
      const product = { ...body.product, version: (before?.version ?? 0) + 1 };
      const at = machine.clock.now();
      await addProductVersion(sql, company, product, at);
      await audit(sql, {
        actor: auditActor(actor),
        action: "product.write",
        subject: `product/${params.gtin}`,
        before,
        after: product,
        reason: body.reason,
        at,
        traceId,
        owner,
      });
      return product;
    }),
  );

  server.route(enterpriseApi.writeParty, ({ params, body, actor, traceId }) =>
    database.transaction(async (sql) => {
      const { party, reason } = body;
      must(parseGln(party.gln));
      if (party.gln !== params.gln) deny("http.invalid", "/party/gln", "another GLN than in the path");
      const before = await loadParty(sql, company, party.gln);
      const at = machine.clock.now();
      await saveParty(sql, company, party, at);
      await audit(sql, {
        actor: auditActor(actor),
        action: "party.write",
        subject: `party/${party.gln}`,
        before,
        after: party,
        reason,
        at,
        traceId,
        owner,
      });
      return party;
    }),
  );
}
