import { useState } from "react";
import { enterpriseApi } from "../../../src/contract/enterprise-api.ts";
import { useAct, useCall } from "../calls/use-call.ts";
import { FormDialog } from "../design/dialog.tsx";
import { SelectField, TextField } from "../design/field.tsx";
import { Loading } from "../design/notice.tsx";

/** What a customer ordered, out of one lot. */
export function DeliveryDialog({ onClose }: { readonly onClose: () => void }) {
  const parties = useCall(enterpriseApi.parties);
  const lots = useCall(enterpriseApi.lots);
  const [shipTo, setShipTo] = useState("");
  const [site, setSite] = useState("");
  const [lotKey, setLotKey] = useState("");
  const [purchaseOrder, setPurchaseOrder] = useState("");
  const [quantity, setQuantity] = useState("");
  const order = useAct(enterpriseApi.orderDelivery, onClose);
  if (parties.data === undefined || lots.data === undefined) {
    return (
      <FormDialog
        title="Order a delivery"
        submit="Order"
        why="Loading."
        busy={false}
        error={parties.error ?? lots.error}
        onSubmit={() => undefined}
        onClose={onClose}
      >
        <Loading />
      </FormDialog>
    );
  }
  const customers = parties.data.filter(({ role }) => role !== "self" && role !== "site");
  const sites = parties.data.filter(({ role }) => role === "site");
  const to = shipTo || customers[0]?.gln || "";
  const lot = lots.data.find((each) => `${each.gtin} ${each.lot}` === lotKey) ?? lots.data[0];
  const why =
    to === ""
      ? "Write a customer first."
      : lot === undefined
        ? "There is no lot."
        : purchaseOrder.trim() === ""
          ? "Give the purchase order."
          : !/^[1-9]\d*$/.test(quantity)
            ? "Give the number of packs."
            : null;
  return (
    <FormDialog
      title="Order a delivery"
      submit="Order"
      why={why}
      busy={order.isPending}
      error={order.error}
      onSubmit={() =>
        lot !== undefined &&
        order.mutate({
          body: {
            shipTo: to,
            purchaseOrder: purchaseOrder.trim(),
            lines: [{ gtin: lot.gtin, lot: lot.lot, quantity: Number(quantity) }],
            ...(site === "" ? {} : { site }),
          },
        })
      }
      onClose={onClose}
    >
      <SelectField
        label="Ship to"
        value={to}
        onValue={setShipTo}
        options={customers.map(({ gln, name }) => [gln, name])}
      />
      <TextField label="Purchase order" value={purchaseOrder} onValue={setPurchaseOrder} className="font-mono" />
      <SelectField
        label="Lot"
        value={lotKey}
        onValue={setLotKey}
        options={lots.data.map((each) => [`${each.gtin} ${each.lot}`, `${each.lot}, ${each.status}`])}
      />
      <TextField label="Packs" value={quantity} onValue={setQuantity} inputMode="numeric" />
      <SelectField
        label="Loaded at"
        value={site}
        onValue={setSite}
        options={[["", "here, without a site"], ...sites.map(({ gln, name }) => [gln, name] as const)]}
      />
    </FormDialog>
  );
}
