import { enterpriseApi } from "../../../src/contract/enterprise-api.ts";
import { useCall } from "../calls/use-call.ts";
import { Answered, Notice } from "../design/notice.tsx";
import { ScanField } from "../design/scan-field.tsx";
import { useAddressSearch } from "../shell/address.ts";
import { identifierText } from "../words/identifier-text.ts";
import { momentText } from "../words/time-text.tsx";

/** Whose number is this, and was it ever issued? */
export function NumberQuestion() {
  const [{ number }, change] = useAddressSearch();
  return (
    <div className="grid gap-3 rounded-lg border border-line bg-surface p-4">
      <ScanField
        label="Was this number issued?"
        hint="Scan or type a number; it is inverted to its pool and counter."
        onScan={(scan) => change({ number: scan })}
      />
      {number !== undefined && <Answer number={number} />}
    </div>
  );
}

function Answer({ number }: { readonly number: string }) {
  const answer = useCall(enterpriseApi.whoHasNumber, { query: { id: number } });
  return (
    <Answered call={answer}>
      {({ own, issued, poolId, counter, workOrderId, at }) => (
        <Notice
          tone={issued ? "good" : "warn"}
          title={issued ? "Issued by us." : own ? "Ours, but never issued." : "Not one of our numbers."}
        >
          <span className="font-mono">{identifierText(number)}</span>
          {poolId !== null && ` · pool ${poolId}, counter ${counter ?? "–"}`}
          {workOrderId !== null && ` · work order ${workOrderId}`}
          {at !== null && ` · ${momentText(at)}`}
        </Notice>
      )}
    </Answered>
  );
}
