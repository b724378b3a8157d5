import type { SignatureRecord } from "../../../src/contract/shapes.ts";
import { Moment } from "../words/time-text.tsx";
import { Table } from "./table.tsx";

/** Who signed, when, and what it means (21 CFR 11.50). */
export function SignaturesTable({ signatures }: { readonly signatures: readonly SignatureRecord[] }) {
  return (
    <Table
      label="Signatures"
      rows={signatures}
      keyOf={({ signatureId }) => signatureId}
      empty="Nobody has signed yet."
      columns={[
        { head: "Signed by", cell: ({ userName }) => userName },
        { head: "Meaning", cell: ({ meaning }) => meaning, wrap: true },
        { head: "When", cell: ({ at }) => <Moment at={at} /> },
        {
          head: "Hash of the record",
          cell: ({ recordHash }) => (
            <span className="font-mono text-[0.82rem]" title={recordHash}>
              {recordHash.slice(0, 16)}…
            </span>
          ),
        },
      ]}
    />
  );
}
