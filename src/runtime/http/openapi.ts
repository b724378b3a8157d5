import type { TSchema } from "typebox";
import type { Endpoint } from "../../contract/endpoint.ts";
import { envelopeHeaders } from "../../contract/envelope.ts";
import { refusals } from "../../contract/refusals.ts";
import { rights } from "../../contract/rights.ts";

export type OpenApiTitle = { readonly title: string; readonly version: string; readonly cookieName: string };

/**
 * OpenAPI 3.1 made of the endpoints themselves: a 3.1 schema is JSON Schema 2020-12, so what checks a request
 * is printed as it is. Operation ids are method and path.
 */
export function openApiDocument(endpoints: readonly Endpoint[], title: OpenApiTitle): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const endpoint of endpoints) {
    const path = endpoint.path.replace(/:([a-zA-Z]+)/g, "{$1}").replace("*", "{path}");
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(endpoint) };
  }
  return {
    openapi: "3.1.0",
    info: { title: title.title, version: title.version, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    jsonSchemaDialect: "https://json-schema.org/draft/2020-12/schema",
    paths,
    components: {
      securitySchemes: {
        session: { type: "apiKey", in: "cookie", name: title.cookieName },
        bearer: { type: "http", scheme: "bearer" },
      },
      schemas: { Problem: problemSchema },
      responses: {
        Problem: {
          description: "Refused; `code` says why",
          content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
        },
      },
    },
  };
}

function operation(endpoint: Endpoint): object {
  const body = requestBody(endpoint);
  const roles = endpoint.right === "public" ? [] : rights[endpoint.right];
  return {
    operationId: operationId(endpoint),
    summary: endpoint.summary,
    tags: [endpoint.path.split("/")[2] ?? "level"],
    description:
      endpoint.right === "public" ? "Needs no sign-in." : `Right: \`${endpoint.right}\` (${roles.join(", ")}).`,
    parameters: [
      ...parameters("path", endpoint.params),
      ...parameters("query", endpoint.query),
      ...(endpoint.kind === "message" ? envelopeParameters : []),
    ],
    ...(body === undefined ? {} : { requestBody: body }),
    responses: {
      [String(endpoint.status ?? 200)]: {
        description: "Done",
        content: { "application/json": { schema: endpoint.reply } },
      },
      default: { $ref: "#/components/responses/Problem" },
    },
    security: endpoint.right === "public" ? [] : [{ session: [] }, { bearer: [] }],
    "x-packtrail-right": endpoint.right,
    ...(endpoint.kind === undefined ? {} : { "x-packtrail-kind": endpoint.kind }),
  };
}

/** `get_v1_runs_runId`. */
export function operationId(endpoint: Pick<Endpoint, "method" | "path">): string {
  return `${endpoint.method.toLowerCase()}${endpoint.path.replace(/[^A-Za-z0-9]+/g, "_")}`.replace(/_$/, "");
}

type ObjectSchema = { readonly properties?: Readonly<Record<string, TSchema>>; readonly required?: readonly string[] };

function parameters(where: "path" | "query", schema: TSchema | undefined): object[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schema as ObjectSchema;
  return Object.entries(properties).map(([name, of]) => ({
    name,
    in: where,
    required: where === "path" || required.includes(name),
    schema: of,
  }));
}

function requestBody(endpoint: Endpoint): object | undefined {
  if (endpoint.rawBody !== undefined) {
    const content = endpoint.rawBody.map(
      (type) => [type, type.endsWith("json") ? {} : { schema: { type: "string", format: "binary" } }] as const,
    );
    return { required: true, content: Object.fromEntries(content) };
  }
  if (endpoint.body === undefined) return undefined;
  return { required: true, content: { "application/json": { schema: endpoint.body } } };
}

const envelopeParameters = [
  {
    name: envelopeHeaders.messageId,
    in: "header",
    required: true,
    schema: { type: "string", format: "uuid" },
    description: "UUIDv7 made by the sender",
  },
  {
    name: envelopeHeaders.owner,
    in: "header",
    required: true,
    schema: { type: "string", pattern: "^[0-9]{13}$" },
    description: "GLN of the owner",
  },
  {
    name: envelopeHeaders.environment,
    in: "header",
    required: true,
    schema: { type: "string", enum: ["production", "validation"] },
  },
  { name: envelopeHeaders.traceparent, in: "header", required: false, schema: { type: "string" } },
];

const problemSchema = {
  type: "object",
  required: ["type", "title", "status", "code", "traceId", "instance"],
  properties: {
    type: { type: "string", description: "urn:packtrail:error:<code>" },
    title: { type: "string" },
    status: { type: "integer" },
    code: { type: "string", examples: Object.keys(refusals).slice(0, 3) },
    at: {
      type: "string",
      description: "JSON pointer into the body, `:name` of the path, `?name` of the query, or a header's name",
    },
    detail: { type: "string" },
    remedy: { type: "string" },
    traceId: { type: "string" },
    instance: { type: "string" },
  },
};
