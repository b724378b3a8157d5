import { useState } from "react";
import { type Company, networkApi } from "../../../src/contract/network-api.ts";
import { useAct } from "../calls/use-call.ts";
import { FormDialog } from "../design/dialog.tsx";
import { SelectField, TextField } from "../design/field.tsx";
import { reasonMax } from "../design/reason-dialog.tsx";

export function CompanyDialog({
  company,
  onClose,
}: {
  readonly company: Company | null;
  readonly onClose: () => void;
}) {
  const [gln, setGln] = useState(company?.gln ?? "");
  const [name, setName] = useState(company?.name ?? "");
  const [role, setRole] = useState<Company["role"]>(company?.role ?? "manufacturer");
  const [state, setState] = useState<Company["state"]>(company?.state ?? "invited");
  const [prefixes, setPrefixes] = useState(company?.companyPrefixes.join(" ") ?? "");
  const [kind, setKind] = useState("");
  const [reference, setReference] = useState("");
  const [reason, setReason] = useState("");
  const write = useAct(networkApi.writeCompany, onClose);
  const evidence = [
    ...(company?.evidence ?? []),
    ...(kind === "" || reference === "" ? [] : [{ kind, reference, checkedAt: Date.now() }]),
  ];
  return (
    <FormDialog
      title={company === null ? "Admit a company" : company.name}
      submit="Save"
      why={
        !/^\d{13}$/.test(gln)
          ? "A GLN has thirteen digits."
          : name.trim() === ""
            ? "Give its name."
            : reason.trim() === ""
              ? "Say why."
              : null
      }
      busy={write.isPending}
      error={write.error}
      onSubmit={() =>
        write.mutate({
          params: { gln },
          body: {
            company: {
              gln,
              name: name.trim(),
              role,
              state,
              companyPrefixes: prefixes.split(/[\s,]+/).filter(Boolean),
              evidence,
            },
            reason: reason.trim(),
          },
        })
      }
      onClose={onClose}
    >
      <TextField
        label="GLN"
        value={gln}
        onValue={setGln}
        inputMode="numeric"
        readOnly={company !== null}
        autoFocus={company === null}
        className="font-mono"
      />
      <TextField label="Name" value={name} onValue={setName} />
      <div className="grid grid-cols-2 gap-4">
        <SelectField
          label="Role"
          value={role}
          onValue={(value) => setRole(value as Company["role"])}
          options={[
            ["manufacturer", "manufacturer"],
            ["wholesaler", "wholesaler"],
            ["dispenser", "dispenser"],
          ]}
        />
        <SelectField
          label="State"
          value={state}
          onValue={(value) => setState(value as Company["state"])}
          options={[
            ["invited", "invited"],
            ["active", "active"],
            ["suspended", "suspended"],
          ]}
        />
      </div>
      <TextField
        label="GS1 company prefixes"
        value={prefixes}
        onValue={setPrefixes}
        hint="Apart by spaces; verifications of their numbers go to this company."
        className="font-mono"
      />
      <div className="grid grid-cols-2 gap-4">
        <TextField label="New evidence" value={kind} onValue={setKind} placeholder="licence" />
        <TextField label="Its reference" value={reference} onValue={setReference} placeholder="CH-2291" />
      </div>
      <TextField label="Reason" value={reason} onValue={setReason} maxLength={reasonMax} />
    </FormDialog>
  );
}
