import { useState } from "react";
import { type Company, networkApi } from "../../../src/contract/network-api.ts";
import { useAct } from "../calls/use-call.ts";
import { FormDialog } from "../design/dialog.tsx";
import { CheckField, SelectField, TextField } from "../design/field.tsx";
import { reasonMax } from "../design/reason-dialog.tsx";

/** A connection has a direction: what the one may send to the other and ask of it. */
export function ConnectionDialog({
  companies,
  onClose,
}: {
  readonly companies: readonly Company[];
  readonly onClose: () => void;
}) {
  const [from, setFrom] = useState(companies[0]?.gln ?? "");
  const [to, setTo] = useState(companies[1]?.gln ?? "");
  const [documents, setDocuments] = useState(true);
  const [trace, setTrace] = useState(true);
  const [verification, setVerification] = useState(true);
  const [reason, setReason] = useState("");
  const connect = useAct(networkApi.connect, onClose);
  const options = companies.map(({ gln, name }) => [gln, name] as const);
  return (
    <FormDialog
      title="Connect two companies"
      submit="Connect"
      why={from === to ? "Choose two different companies." : reason.trim() === "" ? "Say why." : null}
      busy={connect.isPending}
      error={connect.error}
      onSubmit={() =>
        connect.mutate({ params: { from, to }, body: { documents, trace, verification, reason: reason.trim() } })
      }
      onClose={onClose}
    >
      <SelectField label="From" value={from} onValue={setFrom} options={options} />
      <SelectField label="To" value={to} onValue={setTo} options={options} />
      <div>
        <CheckField label="may send it documents" checked={documents} onChecked={setDocuments} />
        <CheckField label="the other may ask where a pack was" checked={trace} onChecked={setTrace} />
        <CheckField
          label="the other may ask whether a pack is genuine"
          checked={verification}
          onChecked={setVerification}
        />
      </div>
      <TextField label="Reason" value={reason} onValue={setReason} maxLength={reasonMax} />
    </FormDialog>
  );
}
