// HTML made of text that is only ever text, and JSON schemas as people read them.
import type { JsonSchema } from "./openapi-schemas.ts";

export interface Html {
  readonly html: string;
}
type Part = Html | string | number | null | undefined | false | readonly Part[];

/** What is put in is escaped, but for what was made by this. */
export function html(texts: TemplateStringsArray, ...parts: Part[]): Html {
  return { html: texts.map((text, index) => text + (index < parts.length ? shown(parts[index]) : "")).join("") };
}

function shown(part: Part): string {
  if (part === null || part === undefined || part === false) return "";
  if (typeof part === "string" || typeof part === "number") return escaped(String(part));
  return "html" in part ? part.html : part.map(shown).join("");
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** What stands between backticks is code. */
export function prose(text: string): Html[] {
  return text.split("`").map((piece, index) => (index % 2 === 1 ? html`<code>${piece}</code>` : html`${piece}`));
}

/** @returns `string (uuid)`, `integer, 1 to 100`, `array of Document`, with links to what has a name */
export function typeOf(schema: JsonSchema): Html {
  const { $ref } = schema;
  if ($ref) return named($ref);
  const choices = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  if (choices?.every((choice) => !("const" in choice))) return joined(choices.map(typeOf), " or ");
  if ("const" in schema) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (Array.isArray(schema.enum))
    return joined(
      schema.enum.map((value) => html`<code>${JSON.stringify(value)}</code>`),
      " or ",
    );
  if (Array.isArray(schema.prefixItems))
    return html`[${joined((schema.prefixItems as JsonSchema[]).map(typeOf), ", ")}]`;
  if (schema.items) return html`array of ${typeOf(schema.items as JsonSchema)}${bounds(schema, "Items", " items")}`;
  if (typeof schema.contentMediaType === "string") return html`a file of ${schema.contentMediaType}`;
  const types = [schema.type ?? "anything"].flat().join(" or ");
  const format = typeof schema.format === "string" && ` (${schema.format})`;
  return html`${types}${format}${bounds(schema, "Length", " characters")}${range(schema)}`;
}

function named(ref: string): Html {
  const name = ref.split("/").at(-1) ?? ref;
  return html`<a href="#schema-${name}">${name}</a>`;
}

function joined(parts: Html[], between: string): Html {
  return html`${parts.map((part, index) => [index > 0 && between, part])}`;
}

function bounds(schema: JsonSchema, what: "Items" | "Length", unit: string): string {
  const [least, most] = [schema[`min${what}`], schema[`max${what}`]];
  if (most === undefined) return least === undefined ? "" : `, at least ${least}${unit}`;
  return least === undefined ? `, at most ${most}${unit}` : `, ${least} to ${most}${unit}`;
}

function range({ minimum, maximum }: JsonSchema): string {
  if (maximum === undefined) return minimum === undefined ? "" : `, from ${minimum}`;
  return `, ${minimum ?? "up"} to ${maximum}`;
}

/** The properties of an object as rows; of anything else, its type. Objects without a name stand in their row. */
export function schemaTable(schema: JsonSchema): Html {
  const { properties, required = [] } = schema;
  if (!properties) return html`<p class="type">${typeOf(schema)}</p>`;
  const rows = Object.entries(properties).map(
    ([name, property]) => html`<tr>
<th scope="row"><code>${name}</code>${!required.includes(name) && html` <span class="optional">optional</span>`}</th>
<td>${typeOf(property)}${about(property)}${inner(property)}</td></tr>`,
  );
  return html`<table><tbody>${rows}</tbody></table>`;
}

function about({ description, default: preset }: JsonSchema): Html {
  return html`${description && html`<span class="about">${prose(description)}</span>`}${
    preset !== undefined && html`<span class="about">When absent: <code>${JSON.stringify(preset)}</code>.</span>`
  }`;
}

function inner(schema: JsonSchema): Html | null {
  const object = schema.properties ? schema : (schema.items as JsonSchema | undefined);
  return object?.properties ? schemaTable(object) : null;
}
