import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, test } from "vitest";
import { commonApi } from "../../contract/common-api.ts";
import type { Endpoint } from "../../contract/endpoint.ts";
import { enterpriseApi } from "../../contract/enterprise-api.ts";
import { lineApi } from "../../contract/line-api.ts";
import { networkApi } from "../../contract/network-api.ts";
import { siteApi } from "../../contract/site-api.ts";
import { traceApi } from "../../contract/trace-api.ts";
import { openApiDocument, operationId } from "./openapi.ts";

type Operation = {
  operationId: string;
  parameters: { name: string; in: string; required: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema?: object }> };
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
};
type Document = {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: { Problem: object } };
};

const apis: Readonly<Record<string, Readonly<Record<string, Endpoint>>>> = {
  commonApi,
  lineApi,
  siteApi,
  enterpriseApi,
  traceApi,
  networkApi,
};

describe.each(Object.entries(apis))("OpenAPI of %s", (_, api) => {
  const endpoints = Object.values(api);
  const document = JSON.parse(
    JSON.stringify(openApiDocument(endpoints, { title: "x", version: "1", cookieName: "c" })),
  ) as Document;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.values(methods).map((operation) => ({ path, operation })),
  );

  test("has every endpoint once", () => {
    expect(document.openapi).toBe("3.1.0");
    expect(operations.map(({ operation }) => operation.operationId).toSorted()).toEqual(
      endpoints.map(operationId).toSorted(),
    );
    expect(new Set(endpoints.map(operationId)).size).toBe(endpoints.length);
  });

  test("declares each parameter of its paths, as required", () => {
    for (const { path, operation } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
      const declared = operation.parameters.filter((parameter) => parameter.in === "path");
      expect(declared.map(({ name }) => name).toSorted(), path).toEqual(inPath.toSorted());
      expect(declared.every(({ required }) => required)).toBe(true);
    }
  });

  test("holds only schemas that are JSON Schema 2020-12", () => {
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    for (const { operation } of operations) {
      const contents = [
        ...Object.values(operation.requestBody?.content ?? {}),
        ...Object.values(operation.responses).flatMap(({ content }) => Object.values(content ?? {})),
      ];
      const schemas = [
        ...contents.flatMap(({ schema }) => schema ?? []),
        ...operation.parameters.map(({ schema }) => schema),
      ];
      for (const schema of schemas)
        if (!("$ref" in schema)) expect(ajv.validateSchema(schema), operation.operationId).toBe(true);
    }
    expect(ajv.validateSchema(document.components.schemas.Problem)).toBe(true);
  });
});
