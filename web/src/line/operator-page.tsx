import { lineApi, type RunView } from "../../../src/contract/line-api.ts";
import { useCall } from "../calls/use-call.ts";
import { Answered, Notice } from "../design/notice.tsx";
import { useAddressParams } from "../shell/address.ts";
import { Alarms } from "./alarms.tsx";
import { LastVerdicts } from "./last-verdicts.tsx";
import { RunCommands } from "./run-commands.tsx";
import { RunCounts } from "./run-counts.tsx";
import { RunHead } from "./run-head.tsx";
import { currentRun } from "./run-state.ts";

const runLiveMs = 1000;

/** The screen at the line, made for a touch panel of 1024 by 768: everything that matters without scrolling. */
export function OperatorPage() {
  const { runId } = useAddressParams();
  return runId === undefined ? <CurrentRun /> : <OneRun runId={runId} />;
}

function CurrentRun() {
  const runs = useCall(lineApi.runs, undefined, { everyMs: runLiveMs });
  return (
    <Answered call={runs}>
      {(list) => {
        const run = currentRun(list);
        if (run === undefined) {
          return (
            <Notice tone="info" title="No run has been sent to this line.">
              The site sends one when a work order is assigned here. It appears by itself.
            </Notice>
          );
        }
        return <RunScreen run={run} />;
      }}
    </Answered>
  );
}

function OneRun({ runId }: { readonly runId: string }) {
  const run = useCall(lineApi.run, { params: { runId } }, { everyMs: runLiveMs });
  return <Answered call={run}>{(value) => <RunScreen run={value} />}</Answered>;
}

function RunScreen({ run }: { readonly run: RunView }) {
  return (
    <div className="grid gap-3 lg:grid-cols-[1fr_20rem]">
      <div className="grid content-start gap-3">
        <RunHead run={run} />
        <RunCounts run={run} />
        <Alarms alarms={run.alarms} />
        <LastVerdicts run={run} />
      </div>
      <RunCommands run={run} />
    </div>
  );
}
