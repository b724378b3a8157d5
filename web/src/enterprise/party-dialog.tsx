import { useState } from "react";
import { enterpriseApi, type Party } from "../../../src/contract/enterprise-api.ts";
import { useAct } from "../calls/use-call.ts";
import { FormDialog } from "../design/dialog.tsx";
import { SelectField, TextField } from "../design/field.tsx";
import { reasonMax } from "../design/reason-dialog.tsx";

const roles = ["self", "site", "manufacturer", "wholesaler", "dispenser"] as const;
const fields = [
  ["name", "Name"],
  ["street", "Street"],
  ["postalCode", "Postal code"],
  ["city", "City"],
  ["state", "State, where there is one"],
  ["countryCode", "Country, two letters"],
] as const;

export function PartyDialog({ party, onClose }: { readonly party: Party | null; readonly onClose: () => void }) {
  const [gln, setGln] = useState(party?.gln ?? "");
  const [role, setRole] = useState<Party["role"]>(party?.role ?? "wholesaler");
  const [prefixLength, setPrefixLength] = useState(String(party?.companyPrefixLength ?? 7));
  const [ownedBy, setOwnedBy] = useState(party?.ownedBy ?? "");
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({ name: party?.name ?? "", ...party?.address });
  const [reason, setReason] = useState("");
  const write = useAct(enterpriseApi.writeParty, onClose);
  const text = (key: string) => (texts[key] ?? "").trim();
  const empty = fields.find(([key]) => key !== "state" && text(key) === "");
  const submit = () => {
    const state = text("state");
    const address = {
      street: text("street"),
      city: text("city"),
      postalCode: text("postalCode"),
      countryCode: text("countryCode"),
      ...(state === "" ? {} : { state }),
    };
    const written: Party = {
      gln,
      role,
      companyPrefixLength: Number(prefixLength),
      name: text("name"),
      address,
      ...(ownedBy === "" ? {} : { ownedBy }),
    };
    write.mutate({ params: { gln }, body: { party: written, reason: reason.trim() } });
  };
  return (
    <FormDialog
      title={party === null ? "Write a partner or place" : party.name}
      submit="Save"
      why={
        !/^\d{13}$/.test(gln)
          ? "A GLN has thirteen digits."
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
          label="GLN"
          value={gln}
          onValue={setGln}
          readOnly={party !== null}
          inputMode="numeric"
          maxLength={13}
          className="font-mono"
        />
        <SelectField
          label="Role"
          value={role}
          onValue={(value) => setRole(value as Party["role"])}
          options={roles.map((each) => [each, each === "self" ? "this company" : each])}
        />
        {fields.map(([key, label]) => (
          <TextField
            key={key}
            label={label}
            value={texts[key] ?? ""}
            onValue={(value) => setTexts({ ...texts, [key]: value })}
            maxLength={100}
          />
        ))}
        <TextField
          label="Digits of the company prefix"
          type="number"
          min={4}
          max={12}
          value={prefixLength}
          onValue={setPrefixLength}
        />
        <TextField
          label="Belongs to (GLN)"
          value={ownedBy}
          onValue={setOwnedBy}
          inputMode="numeric"
          maxLength={13}
          className="font-mono"
          hint="A site’s or place’s company."
        />
      </div>
      <TextField label="Reason" value={reason} onValue={setReason} maxLength={reasonMax} />
    </FormDialog>
  );
}
