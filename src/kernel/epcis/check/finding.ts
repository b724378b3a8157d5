/** One thing wrong, or worth knowing, about a document. */
export type Finding = {
  /** `epcis.*` or `dscsa.*`, listed in `contract/refusals/epcis`. */
  readonly code: string;
  /** A JSON pointer (RFC 6901) in JSON, `line:column` in XML. */
  readonly at: string;
  readonly message: string;
  readonly severity: "error" | "warning";
};

/** How many findings of each severity are kept of one document; the count goes on. */
export const findingsMax = 1_000;

/** Collects findings and stays small however bad a document is. */
export class Findings {
  readonly errors: Finding[] = [];
  readonly warnings: Finding[] = [];
  errorCount = 0;
  warningCount = 0;

  error(code: string, at: string, message: string): void {
    this.errorCount++;
    if (this.errors.length < findingsMax) this.errors.push({ code, at, message, severity: "error" });
  }

  warn(code: string, at: string, message: string): void {
    this.warningCount++;
    if (this.warnings.length < findingsMax) this.warnings.push({ code, at, message, severity: "warning" });
  }
}
