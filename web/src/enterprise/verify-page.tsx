import { useState } from "react";
import { enterpriseApi, type Verification } from "../../../src/contract/enterprise-api.ts";
import { useWhyNot } from "../calls/session.ts";
import { useAct } from "../calls/use-call.ts";
import { Button } from "../design/button.tsx";
import { Notice, Problem } from "../design/notice.tsx";
import { Facts, PageHead, Panel } from "../design/panel.tsx";
import { ScanField } from "../design/scan-field.tsx";
import { Simulated } from "../design/tag.tsx";
import { TraceLink } from "./trace-link.tsx";
import { momentText } from "../words/time-text.tsx";

const sources: Readonly<Record<Verification["source"], string>> = {
  own: "our own ledger",
  network: "the company that owns the number",
  authority: "the market’s authority",
};

/** Is this pack genuine? And where one is dispensed: out it goes, verified first. */
export function VerifyPage() {
  const [scan, setScan] = useState<string | null>(null);
  const verify = useAct(enterpriseApi.verify);
  const dispense = useAct(enterpriseApi.dispense);
  const mayDispense = useWhyNot("pack.dispense");
  const take = (text: string) => {
    setScan(text);
    dispense.reset();
    verify.mutate({ body: { scan: text } });
  };
  const verification = dispense.data?.verification ?? verify.data;
  return (
    <>
      <PageHead title="Verify a pack" below="Scan it; whoever answers for its number says whether it is genuine." />
      <div className="grid max-w-3xl gap-4">
        <div className="rounded-lg border border-line bg-surface p-4">
          <ScanField label="Pack" hint="Scan the code on the pack." onScan={take} />
        </div>
        <Problem error={verify.error ?? dispense.error} />
        {verification !== undefined && scan !== null && (
          <Panel title="Answer">
            <Notice
              tone={verification.verified ? "good" : "bad"}
              title={
                dispense.data?.dispensed === true
                  ? "Verified and dispensed."
                  : verification.verified
                    ? "Verified."
                    : "Not verified: put the pack aside."
              }
            >
              {[verification.reason, verification.additional].filter(Boolean).join(", ")}
            </Notice>
            <div className="my-4">
              <Facts
                facts={[
                  ["Pack", <TraceLink id={scan} />],
                  [
                    "Answered by",
                    <>
                      {sources[verification.source]}, <span className="font-mono">{verification.responder}</span>{" "}
                      {verification.simulated && <Simulated />}
                    </>,
                  ],
                  ["At", momentText(verification.at)],
                ]}
              />
            </div>
            <Button
              tone="primary"
              why={
                mayDispense ??
                (verification.verified
                  ? dispense.data?.dispensed === true
                    ? "It is dispensed."
                    : null
                  : "Only a verified pack is dispensed.")
              }
              busy={dispense.isPending}
              onPress={() => dispense.mutate({ body: { scan } })}
            >
              Dispense this pack
            </Button>
          </Panel>
        )}
      </div>
    </>
  );
}
