import { Button } from "../design/button.tsx";
import { Notice } from "../design/notice.tsx";
import { Facts, Panel } from "../design/panel.tsx";
import { countOf, countText } from "../words/number-text.ts";
import { download } from "./download.ts";
import type { FileReport } from "./file-check.ts";
import type { Picked } from "./file-picker.tsx";

/** The verdict, read out as soon as it stands, and what the file is. */
export function ReportHead({ report, picked }: { readonly report: FileReport; readonly picked: Picked }) {
  const { facts, valid, errorCount, warningCount } = report;
  const told = [countOf(errorCount, "error"), countOf(warningCount, "warning")].join(", ");
  const verdict = valid ? "The file is valid." : "The file is not valid.";
  return (
    <Panel
      title="Verdict"
      actions={
        <Button size="small" icon="down" onPress={() => download("findings.json", lineOf(report, picked.name))}>
          Download findings
        </Button>
      }
    >
      <div className="grid gap-4">
        <Notice tone={valid ? (warningCount > 0 ? "warn" : "good") : "bad"} title={verdict}>
          {told}
          {picked.profile === "dscsa" ? ", the DSCSA profile included" : ""}
        </Notice>
        <Facts
          facts={[
            ["File", `${picked.name}, ${sizeText(picked.file.size)}`],
            [
              "Form",
              facts.document
                ? `${facts.document.type}, EPCIS ${facts.document.schemaVersion}, ${facts.form}`
                : facts.form,
            ],
            ["Events", countText(report.events)],
            ...Object.entries(facts.eventTypes).map(([type, count]) => [`of ${type}`, countText(count)] as const),
            ["Sender", <Party id={facts.sender} />],
            ["Receiver", <Party id={facts.receiver} />],
          ]}
        />
      </div>
    </Panel>
  );
}

function Party({ id }: { readonly id: string | undefined }) {
  return id === undefined || id === "" ? (
    <span className="text-muted">not named</span>
  ) : (
    <span className="font-mono">{id}</span>
  );
}

/** What `packtrail epcis validate` prints for the file. */
function lineOf({ valid, events, errors, warnings }: FileReport, file: string): Blob {
  const plain = (list: FileReport["errors"]) => list.map(({ code, at, message }) => ({ code, at, message }));
  const line = { file, valid, events, errors: plain(errors), warnings: plain(warnings) };
  return new Blob([`${JSON.stringify(line)}\n`], { type: "application/json" });
}

function sizeText(bytes: number): string {
  if (bytes < 1_024) return `${bytes} bytes`;
  return bytes < 1_024 * 1_024 ? `${countText(bytes / 1_024)} KiB` : `${countText(bytes / 1_024 / 1_024)} MiB`;
}
