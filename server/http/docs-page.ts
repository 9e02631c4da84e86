// The contract as a page to read and search: no script, no picture.
import { type Html, html, prose, schemaTable, typeOf } from "./docs-html.ts";
import type { MediaType, OpenApi, Operation, Parameter, Response } from "./openapi.ts";
import type { JsonSchema } from "./openapi-schemas.ts";

interface Placed extends Operation {
  method: string;
  path: string;
}

export function docsPage(document: OpenApi): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Placed => ({ ...operation, method, path })),
  );
  const groups = document.tags.map((tag) => ({
    ...tag,
    operations: operations.filter(({ tags }) => tags.includes(tag.name)),
  }));
  const { info, components } = document;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${info.title} API</title>
<link rel="stylesheet" href="docs.css"></head>
<body><a class="skip" href="#content">To the content</a>
<nav aria-label="Operations">${index(groups)}</nav>
<main id="content"><header><h1>${info.title} <span>API ${info.version}</span></h1>
${info.description.split("\n\n").map((text) => html`<p>${prose(text)}</p>`)}
<p><a href="openapi.json">openapi.json</a></p></header>
<section id="signing-in"><h2>Who calls</h2>${table(
    Object.entries(components.securitySchemes).map(([name, { description = "" }]) => [
      html`${name}`,
      html`${prose(description)}`,
    ]),
  )}</section>
${groups.map(group)}
<section id="problems"><h2>Problems</h2>${problemTable(components.schemas)}</section>
<section id="schemas"><h2>Schemas</h2>${Object.entries(components.schemas).map(namedSchema)}</section>
</main></body></html>
`.html;
}

interface Group {
  name: string;
  description: string;
  operations: Placed[];
}

function index(groups: Group[]): Html {
  return html`<p class="brand"><a href="#content">Pagewise API</a></p>${groups.map(
    ({ name, operations }) =>
      html`<p><a href="#tag-${name}">${name}</a></p><ul>${operations.map(
        ({ operationId, summary }) => html`<li><a href="#${operationId}">${summary}</a></li>`,
      )}</ul>`,
  )}<p><a href="#problems">Problems</a></p><p><a href="#schemas">Schemas</a></p>`;
}

function group({ name, description, operations }: Group): Html {
  return html`<section id="tag-${name}"><h2>${name}</h2><p>${description}</p>${operations.map(operation)}</section>`;
}

const said: Record<string, string> = { user: "users", visitor: "visitors", signed: "who holds a signed address" };

function operation(told: Placed): Html {
  const { method, path, operationId, summary, description, security, parameters = [], requestBody } = told;
  const callers = security.flatMap((names) => Object.keys(names));
  return html`<article id="${operationId}"><h3><a href="#${operationId}">${summary}</a></h3>
<p class="call"><span class="method">${method.toUpperCase()}</span> <code>${breakable(path)}</code></p>
${description && html`<p>${prose(description)}</p>`}
<p class="callers">${callers.length === 0 ? "Anybody may call." : `For ${callers.map((name) => said[name] ?? name).join(", ")}.`}</p>
${parameters.length > 0 && html`<h4>Parameters</h4>${table(parameters.map(parameter))}`}
${requestBody && html`<h4>Body</h4>${Object.entries(requestBody.content).map(media)}`}
<h4>Answers</h4>${table(Object.entries(told.responses).map(response))}</article>`;
}

/** A long path may be broken after each slash. */
function breakable(path: string): Html[] {
  return path.split("/").map((part, at) => (at === 0 ? html`${part}` : html`/<wbr>${part}`));
}

function table(rows: (readonly [Html, Html])[]): Html {
  return html`<table><tbody>${rows.map(
    ([head, cell]) => html`<tr><th scope="row">${head}</th><td>${cell}</td></tr>`,
  )}</tbody></table>`;
}

function parameter({ name, in: place, required, description = "", schema }: Parameter): readonly [Html, Html] {
  const { default: preset } = schema;
  const head = html`<code>${name}</code> <span class="optional">${place}${!required && ", optional"}</span>`;
  const absent = preset !== undefined && html` When absent: <code>${JSON.stringify(preset)}</code>.`;
  return [head, html`${typeOf(schema)}<span class="about">${prose(description)}${absent}</span>`];
}

function response([status, { description, headers, content = {} }]: [string, Response]): readonly [Html, Html] {
  const told = Object.keys(headers).filter((name) => name !== "x-request-id");
  const known = Object.entries(content).filter(([type]) => type !== "application/problem+json");
  return [
    html`<span class="status s${status.slice(0, 1)}">${status}</span>`,
    html`${prose(description)}${told.length > 0 && html`<span class="about">With ${prose(told.map((name) => `\`${name}\``).join(", "))}.</span>`}${known.map(media)}`,
  ];
}

function media([type, { schema, example, "x-events": events }]: [string, MediaType]): Html {
  const given = example !== undefined && html`<pre tabindex="0"><code>${JSON.stringify(example, null, 2)}</code></pre>`;
  return html`<div class="media"><p class="type">${type}</p>${events ? eventTable(events) : schema && schemaTable(schema)}${given}</div>`;
}

function eventTable(events: NonNullable<MediaType["x-events"]>): Html {
  return table(
    Object.entries(events).map(([name, { description, schema }]) => [
      html`<code>${name}</code>`,
      html`${prose(description)}${schemaTable(schema)}`,
    ]),
  );
}

function problemTable({ ProblemCode: codes }: Record<string, JsonSchema>): Html {
  const all = (codes?.oneOf ?? []) as { const: string; description: string }[];
  return html`<p>Every one is a <a href="#schema-Problem">Problem</a>, as <code>application/problem+json</code>.</p>${table(
    all.map(({ const: code, description }) => [html`<code>${code}</code>`, html`${description}`]),
  )}`;
}

function namedSchema([name, schema]: [string, JsonSchema]): Html {
  const [example] = (schema.examples ?? []) as unknown[];
  return html`<article id="schema-${name}"><h3><a href="#schema-${name}">${name}</a></h3>
${schema.description && html`<p>${prose(schema.description)}</p>`}${name !== "ProblemCode" && schemaTable(schema)}
${example !== undefined && html`<pre tabindex="0"><code>${JSON.stringify(example, null, 2)}</code></pre>`}</article>`;
}
