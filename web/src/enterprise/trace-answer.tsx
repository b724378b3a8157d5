import type { Trace } from "../../../src/contract/enterprise-api.ts";
import { refusalEntry } from "../../../src/contract/refusals.ts";
import { Notice } from "../design/notice.tsx";
import { Facts, Panel } from "../design/panel.tsx";
import { Tag, type Tone } from "../design/tag.tsx";
import { useAddressSearch } from "../shell/address.ts";
import { PageLink } from "../shell/page-link.tsx";
import { identifierText } from "../words/identifier-text.ts";
import { expiryText } from "../words/time-text.tsx";
import { cbvWord, dispositionTone } from "./epcis-words.ts";
import { ExportButtons } from "./export-buttons.tsx";
import { HierarchyPicture } from "./hierarchy-picture.tsx";
import { momentOf } from "./moment-chooser.tsx";
import { MomentPanel } from "./moment-panel.tsx";
import { PlaceMap } from "./place-map.tsx";
import { PlaceName } from "./place-name.tsx";
import { TraceEvidence } from "./trace-evidence.tsx";
import { TraceLink } from "./trace-link.tsx";
import { TraceTimeline } from "./trace-timeline.tsx";

export function TraceAnswer({ trace }: { readonly trace: Trace }) {
  const { gtin, lot, expiry, state } = trace;
  const [search, change] = useAddressSearch();
  return (
    <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_26rem]">
      <div className="grid content-start gap-4">
        <Panel
          title={trace.productName ?? "Container"}
          actions={<Tag tone={dispositionTone(state.disposition)}>{cbvWord(state.disposition)}</Tag>}
        >
          <Facts
            wide
            facts={[
              ["Number", <span className="font-mono text-[0.95rem]">{identifierText(trace.id)}</span>],
              [
                "Lot",
                gtin !== null && lot !== null ? (
                  <PageLink to="/lots/$gtin/$lot" params={{ gtin, lot }} mono>
                    {lot}
                  </PageLink>
                ) : (
                  "–"
                ),
              ],
              ["Expiry", expiry === null ? "–" : expiryText(expiry)],
              ["Stands in", state.parent === null ? "nothing" : <TraceLink id={state.parent} />],
              ["Place", state.place === null ? "not known" : <PlaceName id={state.place} />],
            ]}
          />
        </Panel>
        <Panel title="Its way">
          <TraceTimeline hops={trace.hops} />
        </Panel>
        <Panel title="From place to place">
          <PlaceMap hops={trace.hops} />
        </Panel>
        <TraceEvidence id={trace.id} />
      </div>
      <div className="grid content-start gap-4">
        <Panel title="What stands in what, now">
          <HierarchyPicture hierarchy={trace.hierarchy} id={trace.id} />
        </Panel>
        <MomentPanel id={trace.id} times={trace.hops.map(({ at }) => at)} moment={momentOf(search)} onMoment={change} />
        <Panel title="Companies asked">
          {trace.network === undefined || trace.network.answer === "answered" ? (
            <Asked asked={trace.asked} />
          ) : (
            <WithoutNetwork network={trace.network} />
          )}
        </Panel>
        <Panel title="Export">
          <ExportButtons id={trace.id} />
        </Panel>
      </div>
    </div>
  );
}

const answers: Readonly<Record<Trace["asked"][number]["answer"], readonly [Tone, string]>> = {
  shared: ["good", "shared its hops"],
  nothing: ["idle", "knows nothing of it"],
  refused: ["warn", "does not share this with us"],
  unreachable: ["bad", "could not be reached"],
};

/** The others are asked through the network: without it the way is only what stands here. */
function WithoutNetwork({ network: { answer, code } }: { readonly network: NonNullable<Trace["network"]> }) {
  const title = answer === "unreachable" ? "Network not reachable" : "The network refused to ask";
  return (
    <Notice tone="warn" title={title}>
      {code !== undefined && <p>{refusalEntry(code)?.title ?? code}</p>}
      <p>The way shown is what we recorded and what partners sent us. Ask again later.</p>
    </Notice>
  );
}

function Asked({ asked }: { readonly asked: Trace["asked"] }) {
  if (asked.length === 0)
    return <p className="text-muted">None. The way above is what we recorded and what partners sent us.</p>;
  return (
    <ul className="grid gap-2">
      {asked.map(({ company, companyName, answer }) => {
        const [tone, words] = answers[answer];
        return (
          <li key={company} className="flex flex-wrap items-baseline justify-between gap-2">
            <span>
              {companyName} <span className="font-mono text-[0.82rem] text-muted">{company}</span>
            </span>
            <Tag tone={tone}>{words}</Tag>
          </li>
        );
      })}
    </ul>
  );
}
