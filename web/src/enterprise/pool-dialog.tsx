import { useState } from "react";
import { enterpriseApi } from "../../../src/contract/enterprise-api.ts";
import { useAct, useCall } from "../calls/use-call.ts";
import { FormDialog } from "../design/dialog.tsx";
import { SelectField, TextField } from "../design/field.tsx";
import { reasonMax } from "../design/reason-dialog.tsx";

/** No 0, 1, I, L or O: they are misread by people and by text checks. */
const readable = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";

export function PoolDialog({ onClose }: { readonly onClose: () => void }) {
  const products = useCall(enterpriseApi.products);
  const [level, setLevel] = useState<"pack" | "case" | "pallet">("pack");
  const [gtin, setGtin] = useState("");
  const [alphabet, setAlphabet] = useState(readable);
  const [length, setLength] = useState("12");
  const [prefix, setPrefix] = useState("");
  const [companyPrefix, setCompanyPrefix] = useState("");
  const [extension, setExtension] = useState("0");
  const [reason, setReason] = useState("");
  const open = useAct(enterpriseApi.createPool, onClose);
  const chosen = gtin || products.data?.[0]?.gtin || "";
  const submit = () => {
    const why = reason.trim();
    if (level === "pack")
      open.mutate({ body: { level, gtin: chosen, alphabet, length: Number(length), prefix, reason: why } });
    else open.mutate({ body: { level, companyPrefix, extensionDigit: Number(extension), reason: why } });
  };
  const missing =
    level === "pack"
      ? chosen === ""
        ? "Write a product first."
        : null
      : /^\d{4,12}$/.test(companyPrefix)
        ? null
        : "A company prefix has four to twelve digits.";
  return (
    <FormDialog
      title="Open a pool"
      submit="Open"
      why={missing ?? (reason.trim() === "" ? "Say why." : null)}
      busy={open.isPending}
      error={open.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <SelectField
        label="Level"
        value={level}
        onValue={(value) => setLevel(value as typeof level)}
        options={[
          ["pack", "pack: serial numbers of a GTIN"],
          ["case", "case: SSCC"],
          ["pallet", "pallet: SSCC"],
        ]}
      />
      {level === "pack" ? (
        <>
          <SelectField
            label="Product"
            value={chosen}
            onValue={setGtin}
            options={(products.data ?? []).map((each) => [each.gtin, `${each.name} ${each.gtin}`])}
          />
          <TextField
            label="Characters"
            value={alphabet}
            onValue={setAlphabet}
            className="font-mono"
            spellCheck={false}
          />
          <div className="grid grid-cols-2 gap-4">
            <TextField label="Length" type="number" min={6} max={20} value={length} onValue={setLength} />
            <TextField label="Fixed prefix" value={prefix} onValue={setPrefix} maxLength={10} className="font-mono" />
          </div>
        </>
      ) : (
        <div className="grid grid-cols-2 gap-4">
          <TextField
            label="GS1 company prefix"
            value={companyPrefix}
            onValue={setCompanyPrefix}
            inputMode="numeric"
            className="font-mono"
          />
          <TextField label="Extension digit" type="number" min={0} max={9} value={extension} onValue={setExtension} />
        </div>
      )}
      <TextField label="Reason" value={reason} onValue={setReason} maxLength={reasonMax} />
    </FormDialog>
  );
}
