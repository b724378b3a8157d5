import type { UseQueryResult } from "@tanstack/react-query";
import { useAddressSearch } from "../shell/address.ts";
import { plainWords } from "../words/reason-text.ts";
import { SelectField } from "./field.tsx";
import { Answered } from "./notice.tsx";
import { Panel } from "./panel.tsx";
import { Table } from "./table.tsx";

type NumberRow = { readonly number: string; readonly state: string; readonly parent: string | null };
type NumbersCall = UseQueryResult<NumberRow[]>;

export const numbersMax = 500;
const levels = ["pack", "case", "pallet"] as const;
/** The twelve of OPC 30260 that a number of an order can be in. */
const states = [
  "Allocated",
  "SNInvalid",
  "Encoded",
  "LabelSampled",
  "LabelScrapped",
  "Commissioned",
  "Sampled",
  "Inactive",
  "Destroyed",
  "Released",
] as const;

export type NumbersChoice = {
  readonly level: (typeof levels)[number];
  readonly state: (typeof states)[number] | undefined;
};

/** Which numbers are looked at, out of the address. */
export function useNumbersChoice(): NumbersChoice {
  const [search] = useAddressSearch();
  return {
    level: levels.find((level) => level === search["level"]) ?? "pack",
    state: states.find((state) => state === search["state"]),
  };
}

export function NumbersTable({ call, choice }: { readonly call: NumbersCall; readonly choice: NumbersChoice }) {
  const [, change] = useAddressSearch();
  return (
    <>
      <div className="mb-4 grid max-w-lg grid-cols-2 gap-4">
        <SelectField
          label="Packaging level"
          value={choice.level}
          onValue={(level) => change({ level })}
          options={levels.map((level) => [level, level])}
        />
        <SelectField
          label="State"
          value={choice.state ?? ""}
          onValue={(state) => change({ state })}
          options={[["", "every state"], ...states.map((state) => [state, state] as const)]}
        />
      </div>
      <Answered call={call}>
        {(rows) => (
          <Panel
            title={`Numbers of level ${choice.level}${rows.length === numbersMax ? `, the first ${numbersMax}` : ""}`}
            flush
          >
            <Table
              label="Numbers"
              rows={rows}
              keyOf={({ number }) => number}
              empty="No number of that kind."
              columns={[
                { head: "Number", cell: ({ number }) => <span className="font-mono">{number}</span> },
                { head: "State", cell: ({ state }) => plainWords(state) },
                { head: "In container", cell: ({ parent }) => <span className="font-mono">{parent ?? "–"}</span> },
              ]}
            />
          </Panel>
        )}
      </Answered>
    </>
  );
}
