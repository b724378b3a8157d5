import { Fault, type FaultClass } from "../fault.ts";

/** A statement that the server refused, with what a handler may want to tell apart. */
export class SqlFault extends Fault {
  /** SQLSTATE (PostgreSQL, appendix A), e.g. `23505`. */
  readonly sqlState: string;
  readonly constraint: string | undefined;
  readonly table: string | undefined;
  constructor(kind: FaultClass, code: string, message: string, error: ServerError) {
    super(kind, code, message, error);
    this.name = "SqlFault";
    this.sqlState = error.code;
    this.constraint = error.constraint;
    this.table = error.table;
  }
}

type ServerError = Error & { code: string; severity?: string; constraint?: string; table?: string };

/** Whether the statement had reached the server when the connection went, and if so whether it was the commit. */
export type SendPhase = "not-sent" | "sent" | "in-transaction";

const SERIALIZATION_FAILURE = "40001";
const DEADLOCK_DETECTED = "40P01";
/** Shutdown, crash and start of the server; too many connections. */
const unavailable = new Set(["57P01", "57P02", "57P03", "53300", "08006", "08001", "08004"]);
/** Of those, the ones that end a session that may have been working. */
const sessionEnded = new Set(["57P01", "57P02", "08006"]);

/** A serialisation failure or a deadlock: the same transaction may well go through when it is run again. */
export function isRetryable(error: unknown): boolean {
  return (
    error instanceof SqlFault && (error.sqlState === SERIALIZATION_FAILURE || error.sqlState === DEADLOCK_DETECTED)
  );
}

/** A unique constraint or index refused a row; `constraint` narrows to one of them by name. */
export function isUniqueViolation(error: unknown, constraint?: string): error is SqlFault {
  return (
    error instanceof SqlFault &&
    error.sqlState === "23505" &&
    (constraint === undefined || error.constraint === constraint)
  );
}

/**
 * What pg threw, as a `Fault`. Lost while connecting, or inside a transaction that had not begun to commit: transient,
 * the server undoes it. Lost after a lone statement or a commit was sent: ambiguous.
 */
export function sqlFault(error: unknown, what: string, phase: SendPhase): Fault {
  if (error instanceof Fault) return error;
  const message = `${what}: ${error instanceof Error ? error.message || error.name : String(error)}`;
  if (!isServerError(error))
    return new Fault(phase === "sent" ? "ambiguous" : "transient", "database.connection", message, error);
  if (unavailable.has(error.code)) {
    const ambiguous = phase === "sent" && sessionEnded.has(error.code);
    return new SqlFault(ambiguous ? "ambiguous" : "transient", "database.unavailable", message, error);
  }
  if (error.code === SERIALIZATION_FAILURE || error.code === DEADLOCK_DETECTED) {
    return new SqlFault("transient", "database.conflict", message, error);
  }
  if (error.code.startsWith("53")) return new SqlFault("transient", "database.resources", message, error);
  if (error.code === "57014" || error.code === "55P03")
    return new SqlFault("transient", "database.canceled", message, error);
  return new SqlFault("permanent", "database.statement", message, error);
}

/** An answer of the server carries a severity; what the socket throws does not. */
function isServerError(error: unknown): error is ServerError {
  return (
    error instanceof Error &&
    typeof (error as ServerError).severity === "string" &&
    typeof (error as ServerError).code === "string"
  );
}
