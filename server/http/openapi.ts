// The contract as OpenAPI 3.1, made of what the routes declare.
import { problemResponses, problemsOf } from "./openapi-problems.ts";
import { createSchemas, type JsonSchema, type Schemas } from "./openapi-schemas.ts";
import type { OperationSpec } from "./operation.ts";
import { problem } from "./schemas.ts";

export interface OpenApi {
  openapi: "3.1.1";
  info: { title: string; version: string; summary: string; description: string; license: { name: string } };
  servers: { url: string }[];
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, JsonSchema>;
    headers: Record<string, Header>;
    securitySchemes: Record<string, Record<string, string>>;
  };
}

export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  security: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: { required: boolean; content: Record<string, MediaType> };
  responses: Record<string, Response>;
}

export interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required: boolean;
  description?: string;
  schema: JsonSchema;
}

interface Header {
  description: string;
  schema: JsonSchema;
}

export interface MediaType {
  schema?: JsonSchema;
  example?: unknown;
  /** Of `text/event-stream`: what each event carries, by the event's name. */
  "x-events"?: Record<string, { description: string; schema: JsonSchema }>;
}

export interface Response {
  description: string;
  headers: Record<string, Header | { $ref: string }>;
  content?: Record<string, MediaType>;
}

const description = `Chat with PDFs: upload documents, ask, and read an answer whose every claim is cited to a page.

JSON is in snake_case, ids are UUIDv7, times are ISO 8601 in UTC. A list answers \`data\` and \`next_cursor\`, which goes
back as \`cursor\`. Every failure, on every path, is a problem document (RFC 9457) with a stable \`code\`; what belongs to
somebody else answers 404, as if it did not exist. Where nothing stands at an address the answer is \`not-found\`, and where
it does not answer a method, \`method-not-allowed\` with \`Allow\`. \`HEAD\` answers as \`GET\`, without the body.`;

const tags: Record<string, string> = {
  People: "Accounts, and signing in and out.",
  Documents: "PDFs: taking them in, and what is known of them.",
  Chat: "Questions, and answers as they are written.",
  Conversations: "What was asked and answered before.",
  Embeds: "Putting the chat on a site of one's own.",
  Widget: "The files that put it into a page.",
  Operating: "What probes and programs ask about the server itself.",
};

const securitySchemes = {
  user: {
    ...{ type: "http", scheme: "bearer", bearerFormat: "JWT" },
    description: "The access token of a signed-in user, from `POST /users/login` or `/users/refresh`.",
  },
  visitor: {
    ...{ type: "http", scheme: "bearer", bearerFormat: "JWT" },
    description: "The token of a visitor of an embed, bound to that embed and to the origin of its page.",
  },
  signed: {
    ...{ type: "apiKey", in: "query", name: "m" },
    description:
      "An address as an answer gave it, with `s` or `v` and `o`, `e`, `k` and `m` in its query; all of it is signed.",
  },
};

const requestId = {
  description: "Names the request, here and in the server's log.",
  schema: { type: "string" },
};
const retryAfter = { description: "Seconds to wait.", schema: { type: "integer", minimum: 0 } };

/** @param publicUrl where the server is reached; null: where the document came from */
export function openApiOf(operations: readonly OperationSpec[], publicUrl: string | null): OpenApi {
  const schemas = createSchemas();
  schemas.of(problem, "output");
  const paths: OpenApi["paths"] = {};
  for (const spec of operations) {
    const path = openApiPath(spec.path);
    paths[path] = { ...paths[path], [spec.method]: operationOf(spec, schemas) };
  }
  const used = new Set(operations.map(({ tag }) => tag));
  return {
    openapi: "3.1.1",
    info: {
      title: "Pagewise",
      version: "1.0.0",
      summary: "Chat with PDFs that any web page can embed.",
      description,
      license: { name: "MIT" },
    },
    servers: [{ url: publicUrl ?? "/" }],
    tags: [...new Set([...Object.keys(tags), ...used])]
      .filter((name) => used.has(name))
      .map((name) => ({ name, description: tags[name] ?? "" })),
    paths,
    components: { schemas: schemas.named, headers: { RequestId: requestId, RetryAfter: retryAfter }, securitySchemes },
  };
}

/** @returns `/documents/{id}` for the router's `/documents/:id` */
export function openApiPath(path: string): string {
  return path.replace(/\{\*(\w+)\}/g, "{$1}").replace(/:(\w+)/g, "{$1}");
}

function operationOf(spec: OperationSpec, schemas: Schemas): Operation {
  const parameters = parametersOf(spec, schemas);
  const requestBody = requestBodyOf(spec, schemas);
  return {
    operationId: spec.id,
    tags: [spec.tag],
    summary: spec.summary,
    ...(spec.description && { description: spec.description }),
    security: securityOf(spec),
    ...(parameters.length > 0 && { parameters }),
    ...(requestBody && { requestBody }),
    responses: { ...answersOf(spec, schemas), ...problemResponses(problemsOf(spec)) },
  };
}

function securityOf({ callers, signed }: OperationSpec): Operation["security"] {
  if (callers === "anyone") return [];
  const names = signed?.length ? [...callers, "signed"] : callers;
  return names.map((name) => ({ [name]: [] }));
}

function parametersOf({ params = {}, query, headers = {} }: OperationSpec, schemas: Schemas): Parameter[] {
  const asked = query ? schemas.of(query, "input") : {};
  return [
    ...Object.entries(params).map(([name, { schema, description }]) => ({
      ...{ name, in: "path" as const, required: true, description },
      schema: schemas.of(schema, "input"),
    })),
    ...Object.entries(asked.properties ?? {}).map(([name, { description, ...schema }]) => ({
      ...{ name, in: "query" as const, required: asked.required?.includes(name) ?? false },
      ...(description && { description }),
      schema,
    })),
    ...Object.entries(headers).map(([name, { schema, description }]) => ({
      ...{ name, in: "header" as const, required: false, description },
      schema: schemas.of(schema, "input"),
    })),
  ];
}

function requestBodyOf({ body, example, file }: OperationSpec, schemas: Schemas): Operation["requestBody"] {
  if (file) {
    const { field, type } = file;
    const schema = { type: "object", properties: { [field]: { contentMediaType: type } }, required: [field] };
    return { required: true, content: { "multipart/form-data": { schema } } };
  }
  if (!body) return undefined;
  const content = {
    "application/json": { schema: schemas.of(body, "input"), ...(example !== undefined && { example }) },
  };
  return { required: !body.safeParse({}).success, content };
}

function answersOf({ answers }: OperationSpec, schemas: Schemas): Record<string, Response> {
  const all = Object.entries(answers).map(([status, { description, schema, content = [], events, headers = {} }]) => {
    const types: Record<string, MediaType> = {};
    if (schema) types["application/json"] = { schema: schemas.of(schema, "output") };
    for (const type of [content].flat()) types[type.split(";")[0] ?? type] = {};
    if (events) types["text/event-stream"] = streamOf(events, schemas);
    const own = Object.entries(headers).map(([name, text]) => [
      name,
      { description: text, schema: { type: "string" } },
    ]);
    const response: Response = {
      description,
      headers: { "x-request-id": { $ref: "#/components/headers/RequestId" }, ...Object.fromEntries(own) },
      ...(Object.keys(types).length > 0 && { content: types }),
    };
    return [status, response];
  });
  return Object.fromEntries(all);
}

function streamOf(
  events: Record<string, { description: string; schema: Parameters<Schemas["of"]>[0] }>,
  schemas: Schemas,
) {
  const told = Object.entries(events).map(([name, { description, schema }]) => [
    name,
    { description, schema: schemas.of(schema, "output") },
  ]);
  const names = Object.keys(events).map((name) => `\`${name}\``);
  return {
    schema: {
      type: "string",
      description: `Server-sent events: ${names.join(", ")}, each with JSON in \`data\`. A comment every 15 s shows that it lives.`,
    },
    "x-events": Object.fromEntries(told),
  } satisfies MediaType;
}
