/**
 * What the domain expects to go wrong is a value. A refusal names its code (`area.reason`, listed in
 * `contract/refusals`), and where in the input it stands; its sentence is for people and may change.
 */
export type Refusal = {
  readonly code: string;
  /** Where: a character offset (`"12"`), a JSON pointer (`"/epcList/3"`), `line:column`, or a name. */
  readonly at?: string;
  readonly message?: string;
};

export type Ok<T> = { readonly ok: true; readonly value: T };
export type Refused = { readonly ok: false; readonly refusal: Refusal };
export type Result<T> = Ok<T> | Refused;

export function ok<T>(value: T): Ok<T> {
  return { ok: true, value };
}

export function refuse(code: string, at?: string | number, message?: string): Refused {
  return {
    ok: false,
    refusal: {
      code,
      ...(at === undefined ? {} : { at: String(at) }),
      ...(message === undefined ? {} : { message }),
    },
  };
}

/** A refusal carried over a boundary that only knows exceptions (a transaction, a route handler). */
export class RefusalError extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.message ?? refusal.code);
    this.name = "RefusalError";
    this.refusal = refusal;
  }
}

/** The value, or the refusal thrown: for the edge, where one place turns refusals into replies. */
export function must<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new RefusalError(result.refusal);
}

/** Refuses by throwing: where a value is wanted and there is none, at the edge or inside a transaction. */
export function deny(code: string, at?: string | number, message?: string): never {
  throw new RefusalError(refuse(code, at, message).refusal);
}
