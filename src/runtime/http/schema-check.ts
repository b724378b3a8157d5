import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { Value } from "typebox/value";
import { ok, refuse, type Result } from "../../kernel/base/result.ts";

/** Checks one part of a request; the value is unknown to the compiler and proved by the schema. */
export type SchemaCheck = (value: unknown) => Result<unknown>;

/** A JSON body: nothing is converted, what is not declared is kept (a newer sender may say more). */
export function bodyCheck(schema: TSchema): SchemaCheck {
  return compile(schema, (value) => value, "");
}

/** Path parameters and the query arrive as text: `"5"` becomes 5 where the schema says integer. */
export function textCheck(schema: TSchema, part: "params" | "query"): SchemaCheck {
  return compile(schema, (value) => Value.Convert(schema, value), part === "params" ? ":" : "?");
}

function compile(schema: TSchema, convert: (value: unknown) => unknown, prefix: string): SchemaCheck {
  const validator = Compile(schema);
  return (raw) => {
    const value = convert(raw);
    if (validator.Check(value)) return ok(value);
    const [error] = validator.Errors(value);
    const pointer = error === undefined ? "" : error.instancePath + missingName(error);
    const at = prefix === "" ? pointer : prefix + pointer.replace(/^\//, "");
    return refuse("http.invalid", at, error?.message);
  };
}

/** A missing property is pointed at where it should stand, not at the object that lacks it. */
function missingName(error: { readonly keyword: string; readonly params: unknown }): string {
  if (error.keyword !== "required") return "";
  const params = error.params as { readonly requiredProperties?: readonly string[] };
  const name = params.requiredProperties?.[0];
  return name === undefined ? "" : `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
