import { describe, expect, test } from "vitest";
import { commonApi } from "./common-api.ts";
import type { Endpoint } from "./endpoint.ts";
import { enterpriseApi } from "./enterprise-api.ts";
import { lineApi } from "./line-api.ts";
import { networkApi } from "./network-api.ts";
import { mayUse, type Right, rights, roles, segregation } from "./rights.ts";
import { siteApi } from "./site-api.ts";
import { traceApi } from "./trace-api.ts";

const apis: Readonly<Record<string, Readonly<Record<string, Endpoint>>>> = {
  commonApi,
  lineApi,
  siteApi,
  enterpriseApi,
  traceApi,
  networkApi,
};
const endpoints = Object.values(apis).flatMap((api) => Object.values(api));

const objectOf = (schema: unknown) => (schema ?? {}) as { properties?: object };

describe("the table of rights", () => {
  test("names only rights that an endpoint asks for", () => {
    const asked = new Set<string>(endpoints.flatMap(({ right, witnessRight = right }) => [right, witnessRight]));
    expect(Object.keys(rights).filter((right) => !asked.has(right))).toEqual([]);
  });

  test("gives every right to somebody, and every role something to do", () => {
    for (const [right, held] of Object.entries(rights)) expect(held.length, right).toBeGreaterThan(0);
    const busy = roles.filter((role) => Object.keys(rights).some((right) => mayUse(right as Right, [role])));
    expect(roles.filter((role) => !busy.includes(role) && role !== "partner")).toEqual([]);
  });

  test("refuses who holds no role, but for what is public", () => {
    expect(mayUse("public", [])).toBe(true);
    for (const right of Object.keys(rights)) expect(mayUse(right as Right, []), right).toBe(false);
  });

  test("keeps apart only rights that exist", () => {
    for (const { did, mayNot } of segregation) expect([did in rights, mayNot in rights]).toEqual([true, true]);
  });
});

describe.each(Object.entries(apis))("the endpoints of %s", (_, api) => {
  test.each(Object.entries(api))(
    "%s is well formed",
    (_name, { method, path, params, body, rawBody, kind, summary }) => {
      expect(path).toMatch(/^\/v1(\/(:[a-zA-Z]+|[a-z0-9.-]+))+$/);
      const named = [...path.matchAll(/:([a-zA-Z]+)/g)].map(([, name = ""]) => name);
      expect(Object.keys(objectOf(params).properties ?? {}).toSorted()).toEqual(named.toSorted());
      if (method === "GET") expect([body, rawBody, kind]).toEqual([undefined, undefined, undefined]);
      if (kind === "signed") expect(JSON.stringify(body)).toContain('"password"');
      expect(summary.length).toBeGreaterThan(5);
    },
  );
});
