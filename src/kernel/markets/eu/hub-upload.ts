/** What the EU Hub gets before release, Delegated Regulation (EU) 2016/161 Art. 33(2). */
export type HubUpload = {
  readonly product: ProductData;
  readonly markets: readonly MarketData[];
  readonly batch: BatchData;
};

export type ProductData = {
  readonly productCode: string;
  readonly codingScheme: "GTIN" | "PPN";
  readonly name: string;
  readonly commonName: string;
  readonly pharmaceuticalForm: string;
  readonly strength: string;
  readonly packType: string;
  /** Doses in the pack. */
  readonly packSize: number;
};

export type Addressed = { readonly id: string; readonly name: string; readonly address: string };

/** One set for each Member State; the set of states cannot change later without a new product version. */
export type MarketData = {
  readonly country: string;
  readonly nationalCode?: string;
  /** Code of Art. 57(1)(l) of Regulation (EC) 726/2004. */
  readonly article57Code: string;
  readonly holder: Addressed;
  readonly wholesalers: readonly Addressed[];
};

export type BatchData = {
  readonly batchId: string;
  /** As printed, YYMMDD; day 00 stays 00, because verification compares what is on the pack. */
  readonly expiry: string;
  readonly manufacturer: Addressed;
  readonly productVersion: string;
  readonly serialCount: number;
};

/** Packs in one state report to the hub; more are several reports. */
export const packsPerStateReportMax = 250_000;

/** JSON pointers of what is missing or malformed; the hub refuses the whole upload for one of them. */
export function missingInUpload(data: HubUpload): string[] {
  const { product, batch } = data;
  const missing = blanks("/product", product);
  if (!(product.packSize > 0)) missing.push("/product/packSize");
  const codeForm = product.codingScheme === "GTIN" ? /^\d{14}$/ : /^[0-9A-Z]{12}$/;
  if (product.productCode !== "" && !codeForm.test(product.productCode)) missing.push("/product/productCode");
  if (data.markets.length === 0) missing.push("/markets");
  data.markets.forEach((market, index) => {
    const at = `/markets/${index}`;
    missing.push(...blanks(at, market), ...blanks(`${at}/holder`, market.holder));
    if (market.country !== "" && !/^[A-Z]{2}$/.test(market.country)) missing.push(`${at}/country`);
    market.wholesalers.forEach((wholesaler, place) =>
      missing.push(...blanks(`${at}/wholesalers/${place}`, wholesaler)),
    );
  });
  missing.push(...blanks("/batch", batch), ...blanks("/batch/manufacturer", batch.manufacturer));
  if (batch.expiry !== "" && !/^\d{6}$/.test(batch.expiry)) missing.push("/batch/expiry");
  if (!(batch.serialCount > 0)) missing.push("/batch/serialCount");
  return missing;
}

function blanks(at: string, record: object): string[] {
  return Object.entries(record)
    .filter(([, value]) => typeof value === "string" && value.trim() === "")
    .map(([name]) => `${at}/${name}`);
}
