import { commonApi } from "../../../src/contract/common-api.ts";
import { ProblemError } from "../../../src/contract/client.ts";
import { usePlace } from "../calls/session.ts";
import { liveMs, useCall } from "../calls/use-call.ts";
import { Answered, Notice } from "../design/notice.tsx";
import { PageHead, Panel } from "../design/panel.tsx";
import { Table } from "../design/table.tsx";
import { Tag } from "../design/tag.tsx";
import { countText } from "../words/number-text.ts";
import { Ago } from "../words/time-text.tsx";
import { landscapeOf, withNeighbours } from "./landscape.ts";
import { LandscapePicture } from "./landscape-picture.tsx";

/** The five levels with what flows between them now: all of them where level 4 relays its neighbours, else what this level knows. */
export function HomePage() {
  const { self } = usePlace();
  const overview = useCall(commonApi.overview, undefined, { everyMs: liveMs, ofOthers: true });
  const landscape = useCall(commonApi.landscape, undefined, { everyMs: liveMs, ofOthers: true });
  // A level of an older release has no landscape: its own overview says who its neighbours are.
  const relayed = landscape.data ?? (landscape.error instanceof ProblemError ? undefined : null);
  return (
    <>
      <PageHead
        title="The five levels, now"
        below="What each level holds, what waits between them, and who does not answer. Live."
      />
      <Answered call={overview}>
        {(own) => (
          <div className="grid gap-4">
            {own.readiness.some(({ problem }) => problem !== null) && (
              <Notice tone="warn" title={`${own.name} is not ready.`}>
                {own.readiness
                  .flatMap(({ check, problem }) => (problem === null ? [] : [`${check}: ${problem}`]))
                  .join("; ")}
              </Notice>
            )}
            {relayed !== null && (
              <LandscapePicture
                landscape={relayed === undefined ? landscapeOf(own) : withNeighbours(relayed, own)}
                here={self.instance}
              />
            )}
            <Panel title={`Queues of ${own.name}`} flush>
              <Table
                label="Queues of this level"
                rows={own.queues}
                keyOf={(queue) => queue.lane}
                empty="No queue: nothing waits to be sent from here."
                columns={[
                  { head: "Lane", cell: ({ lane }) => <span className="font-mono">{lane}</span> },
                  {
                    head: "State",
                    cell: ({ state }) => (
                      <Tag tone={state === "flowing" ? "good" : state === "waiting" ? "warn" : "bad"}>{state}</Tag>
                    ),
                  },
                  { head: "Waiting", align: "right", cell: ({ waiting }) => countText(waiting) },
                  { head: "Oldest", cell: ({ oldestAt }) => <Ago at={oldestAt} none="–" /> },
                ]}
              />
            </Panel>
          </div>
        )}
      </Answered>
    </>
  );
}
