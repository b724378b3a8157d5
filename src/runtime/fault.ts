/**
 * What the world does wrong, in three classes that decide what may happen next:
 * `transient`: nothing was done, try again; `ambiguous`: it may have been done, ask before trying again
 * (a receiver that knows the message id makes trying again safe); `permanent`: it will fail again, a person decides.
 */
export type FaultClass = "transient" | "ambiguous" | "permanent";

export class Fault extends Error {
  readonly kind: FaultClass;
  readonly code: string;
  constructor(kind: FaultClass, code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "Fault";
    this.kind = kind;
    this.code = code;
  }
}

export function isFault(error: unknown): error is Fault {
  return error instanceof Fault;
}
