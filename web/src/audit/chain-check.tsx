import { commonApi } from "../../../src/contract/common-api.ts";
import { useCall } from "../calls/use-call.ts";
import { Button } from "../design/button.tsx";
import { Answered, Notice } from "../design/notice.tsx";
import { useAddressSearch } from "../shell/address.ts";
import { countOf } from "../words/number-text.ts";

/** Adds up every hash: an entry that was altered, added or removed shows. */
export function ChainCheck() {
  const [search, change] = useAddressSearch();
  if (search["verify"] !== "yes") {
    return (
      <div>
        <Button onPress={() => change({ verify: "yes" })}>Verify the chains of hashes</Button>
      </div>
    );
  }
  return <Verified />;
}

function Verified() {
  const verification = useCall(commonApi.verifyAudit, { query: {} });
  return (
    <Answered call={verification}>
      {(chains) => {
        const broken = chains.filter(({ intact }) => !intact);
        const entries = chains.reduce((sum, chain) => sum + chain.entries, 0);
        if (broken.length === 0) {
          return (
            <Notice tone="good" title="The audit trail adds up.">
              {countOf(entries, "entry", "entries")} in {countOf(chains.length, "chain")}, each hash verified.
            </Notice>
          );
        }
        return (
          <Notice tone="bad" title={`${countOf(broken.length, "chain")} of the audit trail does not add up.`}>
            Keep the database as it is and call quality assurance.
            <ul className="font-mono">
              {broken.map(({ chain, brokenAt }) => (
                <li key={chain}>
                  {chain}, entry {brokenAt}
                </li>
              ))}
            </ul>
          </Notice>
        );
      }}
    </Answered>
  );
}
