import { useState } from "react";
import { refusalEntry } from "../../../src/contract/refusals.ts";
import type { Refusal } from "../../../src/kernel/base/result.ts";
import { Button } from "../design/button.tsx";
import { Notice } from "../design/notice.tsx";
import { PageHead, Panel, Progress } from "../design/panel.tsx";
import { CodeReader } from "./code-reader.tsx";
import { ConvertPanel } from "./convert-panel.tsx";
import type { FileReport } from "./file-check.ts";
import { FilePicker, type Picked } from "./file-picker.tsx";
import { FindingsPanel } from "./findings-panel.tsx";
import { ReportHead } from "./report-head.tsx";
import { useWork } from "./work.ts";

/** A partner's file: what it is, what is wrong with it and where, in words. The kernel runs in the browser. */
export function CheckPage() {
  const [picked, setPicked] = useState<Picked | null>(null);
  const [report, setReport] = useState<FileReport | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const work = useWork((outcome) => {
    if (outcome.type === "report") setReport(outcome.report);
    if (outcome.type === "refused") setRefusal(outcome.refusal);
  });
  const check = (next: Picked) => {
    setPicked(next);
    setReport(null);
    setRefusal(null);
    work.start({ type: "check", file: next.file, ...(next.profile === undefined ? {} : { profile: next.profile }) });
  };
  return (
    <>
      <PageHead
        title="Check a file"
        below="What a partner’s EPCIS file says, what is wrong with it, and where. The file is read in this browser and sent nowhere."
      />
      <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_24rem]">
        <div className="grid content-start gap-4">
          <FilePicker onCheck={check} />
          {work.share !== null && (
            <Panel
              title="Checking"
              actions={
                <Button size="small" onPress={work.stop}>
                  Stop
                </Button>
              }
            >
              <div className="grid gap-2">
                <div>{picked?.name}</div>
                <Progress value={Math.round(work.share * 100)} max={100} label="Checked" />
              </div>
            </Panel>
          )}
          {refusal !== null && (
            <Notice tone="bad" title={refusalEntry(refusal.code)?.title ?? "The file cannot be checked."}>
              {refusal.message}
            </Notice>
          )}
          {report !== null && picked !== null && (
            <>
              <ReportHead report={report} picked={picked} />
              <FindingsPanel report={report} />
              <ConvertPanel picked={picked} readable={report.facts.document !== undefined || report.valid} />
            </>
          )}
        </div>
        <CodeReader />
      </div>
    </>
  );
}
