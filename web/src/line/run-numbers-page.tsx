import { lineApi } from "../../../src/contract/line-api.ts";
import { useCall } from "../calls/use-call.ts";
import { NumbersTable, numbersMax, useNumbersChoice } from "../design/numbers-table.tsx";
import { PageHead } from "../design/panel.tsx";
import { useAddressParams } from "../shell/address.ts";
import { PageLink } from "../shell/page-link.tsx";

export function RunNumbersPage() {
  const { runId = "" } = useAddressParams();
  const choice = useNumbersChoice();
  const { level, state } = choice;
  const numbers = useCall(lineApi.numbers, {
    params: { runId },
    query: { level, limit: numbersMax, ...(state === undefined ? {} : { state }) },
  });
  return (
    <>
      <PageHead
        title="Numbers of the run"
        below={
          <PageLink to="/runs/$runId" params={{ runId }}>
            Back to the run
          </PageLink>
        }
      />
      <NumbersTable call={numbers} choice={choice} />
    </>
  );
}
