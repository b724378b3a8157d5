import { useState } from "react";
import { enterpriseApi, type Product } from "../../../src/contract/enterprise-api.ts";
import { useAct } from "../calls/use-call.ts";
import { FormDialog } from "../design/dialog.tsx";
import { SelectField, TextField } from "../design/field.tsx";
import { reasonMax } from "../design/reason-dialog.tsx";

const texts = [
  ["name", "Name"],
  ["commonName", "Common name"],
  ["dosageForm", "Dosage form"],
  ["strength", "Strength"],
  ["packSize", "Pack size"],
  ["manufacturerName", "Manufacturer"],
  ["nationalNumber", "National number, where there is one"],
] as const;

const counts = [
  ["companyPrefixLength", "Digits of the company prefix"],
  ["packsPerCase", "Packs a case"],
  ["casesPerPallet", "Cases a pallet"],
] as const;

export function ProductDialog({
  product,
  onClose,
}: {
  readonly product: Product | null;
  readonly onClose: () => void;
}) {
  const [gtin, setGtin] = useState(product?.gtin ?? "");
  const [market, setMarket] = useState<Product["market"]>(product?.market ?? "eu");
  const [fields, setFields] = useState<Readonly<Record<string, string>>>(
    Object.fromEntries([
      ...texts.map(([key]) => [key, product?.[key] ?? ""]),
      ...counts.map(([key]) => [
        key,
        String(product?.[key] ?? { companyPrefixLength: 7, packsPerCase: 24, casesPerPallet: 10 }[key]),
      ]),
    ]),
  );
  const [reason, setReason] = useState("");
  const write = useAct(enterpriseApi.writeProduct, onClose);
  const text = (key: string) => (fields[key] ?? "").trim();
  const empty = texts.find(([key]) => key !== "nationalNumber" && text(key) === "");
  const submit = () => {
    const nationalNumber = text("nationalNumber");
    write.mutate({
      params: { gtin },
      body: {
        product: {
          gtin,
          market,
          name: text("name"),
          commonName: text("commonName"),
          dosageForm: text("dosageForm"),
          strength: text("strength"),
          packSize: text("packSize"),
          manufacturerName: text("manufacturerName"),
          companyPrefixLength: Number(text("companyPrefixLength")),
          packsPerCase: Number(text("packsPerCase")),
          casesPerPallet: Number(text("casesPerPallet")),
          ...(nationalNumber === "" ? {} : { nationalNumber }),
        },
        reason: reason.trim(),
      },
    });
  };
  return (
    <FormDialog
      title={product === null ? "Write a product" : `${product.name}, version ${product.version + 1}`}
      submit="Save"
      why={
        !/^\d{14}$/.test(gtin)
          ? "A GTIN has fourteen digits here."
          : empty !== undefined
            ? `“${empty[1]}” is empty.`
            : reason.trim() === ""
              ? "Say why."
              : null
      }
      busy={write.isPending}
      error={write.error}
      onSubmit={submit}
      onClose={onClose}
      wide
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label="GTIN"
          value={gtin}
          onValue={setGtin}
          readOnly={product !== null}
          inputMode="numeric"
          maxLength={14}
          className="font-mono"
        />
        <SelectField
          label="Market"
          value={market}
          onValue={(value) => setMarket(value as Product["market"])}
          options={[
            ["eu", "EU"],
            ["us", "US"],
          ]}
        />
        {texts.map(([key, label]) => (
          <TextField
            key={key}
            label={label}
            value={fields[key] ?? ""}
            onValue={(value) => setFields({ ...fields, [key]: value })}
            maxLength={100}
          />
        ))}
        {counts.map(([key, label]) => (
          <TextField
            key={key}
            label={label}
            type="number"
            min={1}
            max={500}
            value={fields[key] ?? ""}
            onValue={(value) => setFields({ ...fields, [key]: value })}
          />
        ))}
      </div>
      <TextField label="Reason" value={reason} onValue={setReason} maxLength={reasonMax} />
    </FormDialog>
  );
}
