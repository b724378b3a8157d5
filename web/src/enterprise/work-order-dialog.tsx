import { useState } from "react";
import { enterpriseApi } from "../../../src/contract/enterprise-api.ts";
import { useAct, useCall } from "../calls/use-call.ts";
import { FormDialog } from "../design/dialog.tsx";
import { SelectField, TextField } from "../design/field.tsx";
import { Loading } from "../design/notice.tsx";
import { expiryText } from "../words/time-text.tsx";

export function WorkOrderDialog({ onClose }: { readonly onClose: () => void }) {
  const products = useCall(enterpriseApi.products);
  const parties = useCall(enterpriseApi.parties);
  const [gtin, setGtin] = useState("");
  const [site, setSite] = useState("");
  const [lot, setLot] = useState("");
  const [expiry, setExpiry] = useState("");
  const [quantity, setQuantity] = useState("");
  const create = useAct(enterpriseApi.createWorkOrder, onClose);
  const sites = (parties.data ?? []).filter(({ role }) => role === "site");
  const chosenGtin = gtin || products.data?.[0]?.gtin || "";
  const chosenSite = site || sites[0]?.gln || "";
  const dated = /^\d{6}$/.test(expiry);
  const why =
    chosenGtin === ""
      ? "Write a product first."
      : chosenSite === ""
        ? "Write a site first."
        : lot.trim() === ""
          ? "Give the lot."
          : !dated
            ? "The expiry has six digits, YYMMDD."
            : !/^[1-9]\d{0,6}$/.test(quantity)
              ? "Give the quantity."
              : null;
  return (
    <FormDialog
      title="Create work order"
      submit="Create and send to the site"
      why={why}
      busy={create.isPending}
      error={create.error}
      onSubmit={() =>
        create.mutate({
          body: { gtin: chosenGtin, lot: lot.trim(), expiry, quantity: Number(quantity), site: chosenSite },
        })
      }
      onClose={onClose}
    >
      {products.data === undefined || parties.data === undefined ? (
        <Loading />
      ) : (
        <>
          <SelectField
            label="Product"
            value={chosenGtin}
            onValue={setGtin}
            options={products.data.map((each) => [each.gtin, `${each.name} (${each.market.toUpperCase()})`])}
          />
          <SelectField
            label="Site"
            value={chosenSite}
            onValue={setSite}
            options={sites.map((each) => [each.gln, each.name])}
          />
        </>
      )}
      <TextField label="Lot" value={lot} onValue={setLot} maxLength={20} spellCheck={false} className="font-mono" />
      <TextField
        label="Expiry, YYMMDD"
        value={expiry}
        onValue={setExpiry}
        inputMode="numeric"
        maxLength={6}
        className="font-mono"
        hint={dated ? `Printed as ${expiry}: ${expiryText(expiry)}` : "Day 00 where only the month is printed."}
      />
      <TextField label="Packs" value={quantity} onValue={setQuantity} inputMode="numeric" />
    </FormDialog>
  );
}
