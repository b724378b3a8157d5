import { useState } from "react";
import { enterpriseApi, type Product } from "../../../src/contract/enterprise-api.ts";
import { useWhyNot } from "../calls/session.ts";
import { useCall } from "../calls/use-call.ts";
import { Button } from "../design/button.tsx";
import { Answered } from "../design/notice.tsx";
import { PageHead, Panel } from "../design/panel.tsx";
import { Table } from "../design/table.tsx";
import { ProductDialog } from "./product-dialog.tsx";

export function ProductsPage() {
  const products = useCall(enterpriseApi.products);
  const may = useWhyNot("product.write");
  const [writing, setWriting] = useState<Product | "new" | null>(null);
  return (
    <>
      <PageHead
        title="Products"
        below="Each change makes the next version; orders keep the one they were started with."
        actions={
          <Button tone="primary" why={may} onPress={() => setWriting("new")}>
            Write a product
          </Button>
        }
      />
      <Answered call={products}>
        {(list) => (
          <Panel title="Products" flush bare>
            <Table
              label="Products"
              rows={list}
              keyOf={({ gtin, version }) => `${gtin} ${version}`}
              empty="No product yet."
              columns={[
                { head: "GTIN", cell: ({ gtin }) => <span className="font-mono">{gtin}</span> },
                { head: "Name", cell: ({ name }) => name, wrap: true },
                { head: "Version", align: "right", cell: ({ version }) => version },
                { head: "Market", cell: ({ market }) => market.toUpperCase() },
                {
                  head: "Form, strength",
                  cell: ({ dosageForm, strength }) => `${dosageForm}, ${strength}`,
                  wrap: true,
                },
                { head: "Pack size", cell: ({ packSize }) => packSize },
                {
                  head: "National number",
                  cell: ({ nationalNumber }) => <span className="font-mono">{nationalNumber ?? "–"}</span>,
                },
                {
                  head: "Packs × cases",
                  cell: ({ packsPerCase, casesPerPallet }) => `${packsPerCase} × ${casesPerPallet}`,
                },
                {
                  head: "Change",
                  cell: (product) => (
                    <Button
                      size="small"
                      why={may}
                      label={`Next version of ${product.name}`}
                      onPress={() => setWriting(product)}
                    >
                      Next version
                    </Button>
                  ),
                },
              ]}
            />
          </Panel>
        )}
      </Answered>
      {writing !== null && (
        <ProductDialog product={writing === "new" ? null : writing} onClose={() => setWriting(null)} />
      )}
    </>
  );
}
