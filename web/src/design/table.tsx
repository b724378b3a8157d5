import type { ReactNode } from "react";

export type Column<Row> = {
  readonly head: string;
  readonly cell: (row: Row) => ReactNode;
  readonly align?: "right";
  /** May break into lines. */
  readonly wrap?: boolean;
};

type TableProps<Row> = {
  /** Read out as the table's name. */
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  readonly empty: string;
};

/** Rows as they came. It scrolls by itself, with the keyboard too, where the page is too narrow. */
export function Table<Row>({ label, rows, columns, keyOf, empty }: TableProps<Row>) {
  if (rows.length === 0) return <p className="p-4 text-muted">{empty}</p>;
  return (
    <div role="region" aria-label={label} tabIndex={0} className="relative overflow-x-auto rounded-lg">
      <table className="w-full border-collapse text-left">
        <thead>
          <tr className="border-b border-line bg-sunken text-[0.82rem] text-muted">
            {columns.map((column) => (
              <th
                key={column.head}
                scope="col"
                className={`px-3 py-1.5 font-medium whitespace-nowrap first:pl-4 last:pr-4 ${column.align === "right" ? "text-right" : ""}`}
              >
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} className="border-b border-line last:border-b-0 hover:bg-hover">
              {columns.map((column) => (
                <td
                  key={column.head}
                  className={`px-3 py-1.5 align-middle first:pl-4 last:pr-4 ${column.align === "right" ? "text-right" : ""} ${column.wrap ? "min-w-44" : "whitespace-nowrap"}`}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
