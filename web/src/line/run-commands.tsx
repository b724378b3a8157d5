import { useState } from "react";
import { lineApi, type RunView } from "../../../src/contract/line-api.ts";
import type { Right } from "../../../src/contract/rights.ts";
import { useWhyNot } from "../calls/session.ts";
import { useAct } from "../calls/use-call.ts";
import { Button, type ButtonProps } from "../design/button.tsx";
import { Problem } from "../design/notice.tsx";
import { Panel } from "../design/panel.tsx";
import { ReasonDialog } from "../design/reason-dialog.tsx";
import { PageLink } from "../shell/page-link.tsx";
import { firstReason } from "../words/reason-text.ts";
import { BinCountDialog } from "./bin-count-dialog.tsx";
import { ClearanceDialog } from "./clearance-dialog.tsx";
import { DispositionDialog } from "./disposition-dialog.tsx";
import { PalletDialog } from "./pallet-dialog.tsx";
import { SampleDialog } from "./sample-dialog.tsx";
import { UnholdDialog } from "./unhold-dialog.tsx";

type Asking =
  | "clearLine"
  | "hold"
  | "unhold"
  | "judgeAgain"
  | "complete"
  | "abort"
  | "countBin"
  | "dispose"
  | "sample"
  | null;

/** Every command of a run, dead ones with their reason: the same sentence that the server would refuse with. */
export function RunCommands({ run }: { readonly run: RunView }) {
  const [asking, setAsking] = useState<Asking>(null);
  const start = useAct(lineApi.start);
  const params = { runId: run.runId };
  const close = () => setAsking(null);
  return (
    <Panel
      title="Commands"
      className="self-start"
      actions={
        <PageLink to="/runs/$runId/numbers" params={params}>
          Numbers
        </PageLink>
      }
    >
      <div className="grid gap-2">
        <Command run={run} command="clearLine" right="run.clear-line" onPress={() => setAsking("clearLine")}>
          Line clearance
        </Command>
        <Command
          run={run}
          command="start"
          right="run.operate"
          tone="primary"
          icon="play"
          busy={start.isPending}
          onPress={() => start.mutate({ params })}
        >
          Start
        </Command>
        <Command run={run} command="hold" right="run.operate" icon="pause" onPress={() => setAsking("hold")}>
          Hold
        </Command>
        <Command run={run} command="unhold" right="run.operate" icon="play" onPress={() => setAsking("unhold")}>
          Go on
        </Command>
        <Command run={run} command="complete" right="run.complete" onPress={() => setAsking("complete")}>
          Complete
        </Command>
        <Command run={run} command="countBin" right="run.rework" onPress={() => setAsking("countBin")}>
          Count the bin
        </Command>
        <Command run={run} command={binCommand(run)} right="run.rework" onPress={() => setAsking("dispose")}>
          {binCommand(run) === "dispose" ? "Dispose of the bin" : "Write off missing packs"}
        </Command>
        {(run.palletsAside ?? []).length > 0 && (
          <Command run={run} command="judgeAgain" right="run.rework" onPress={() => setAsking("judgeAgain")}>
            Judge the pallet again
          </Command>
        )}
        <Command run={run} command="sample" right="run.sample" onPress={() => setAsking("sample")}>
          Take a sample
        </Command>
        <Command
          run={run}
          command="abort"
          right="run.complete"
          tone="danger"
          icon="stop"
          onPress={() => setAsking("abort")}
        >
          Abort
        </Command>
        <Problem error={start.error} />
      </div>
      {asking === "clearLine" && <ClearanceDialog run={run} onClose={close} />}
      {asking === "countBin" && <BinCountDialog run={run} onClose={close} />}
      {asking === "dispose" && <DispositionDialog run={run} onClose={close} />}
      {asking === "unhold" && <UnholdDialog run={run} onClose={close} />}
      {asking === "judgeAgain" && <PalletDialog run={run} onClose={close} />}
      {asking === "sample" && <SampleDialog run={run} onClose={close} />}
      {(asking === "hold" || asking === "complete" || asking === "abort") && (
        <StopDialog run={run} command={asking} onClose={close} />
      )}
    </Panel>
  );
}

/** A bin with fewer packs than are on record is disposed of when what is missing is written off. */
function binCommand(run: RunView): "dispose" | "writeOffMissing" {
  return run.commands["writeOffMissing"] === null ? "writeOffMissing" : "dispose";
}

type CommandProps = Omit<ButtonProps, "why" | "size"> & {
  readonly run: RunView;
  readonly command: string;
  readonly right: Right;
};

function Command({ run, command, right, ...rest }: CommandProps) {
  const may = useWhyNot(right);
  return <Button {...rest} size="touch" why={firstReason(run.commands[command], may)} />;
}

const stops = {
  hold: {
    endpoint: lineApi.hold,
    title: "Hold the run",
    submit: "Hold",
    tone: "primary",
    says: "The belt stops; nothing is lost. Go on when the cause is gone.",
  },
  complete: {
    endpoint: lineApi.complete,
    title: "Complete the run",
    submit: "Complete",
    tone: "primary",
    says: "The line drains, partial containers are closed and the run ends before its quantity. It cannot be started again.",
  },
  abort: {
    endpoint: lineApi.abort,
    title: "Abort the run",
    submit: "Abort",
    tone: "danger",
    says: "The run ends at once. What is not in a closed case goes to the reject bin.",
  },
} as const;

function StopDialog({
  run,
  command,
  onClose,
}: {
  readonly run: RunView;
  readonly command: keyof typeof stops;
  readonly onClose: () => void;
}) {
  const { endpoint, title, submit, tone, says } = stops[command];
  const stop = useAct(endpoint, onClose);
  return (
    <ReasonDialog
      title={title}
      submit={submit}
      tone={tone}
      busy={stop.isPending}
      error={stop.error}
      onReason={(reason) => stop.mutate({ params: { runId: run.runId }, body: { reason } })}
      onClose={onClose}
    >
      <p>{says}</p>
    </ReasonDialog>
  );
}
