// JSON schemas of what requests and answers hold, for the published contract: named ones once, and referred to.
import { z } from "zod";

export interface JsonSchema {
  [keyword: string]: unknown;
  $ref?: string;
  type?: string | string[];
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
}

export interface Schemas {
  /** @returns the schema of what is sent (`input`) or answered (`output`); one with an id as a reference */
  of(schema: z.ZodType, io: "input" | "output"): JsonSchema;
  /** Those with an id that were met so far. */
  readonly named: Record<string, JsonSchema>;
}

export function createSchemas(): Schemas {
  const named: Record<string, JsonSchema> = {};
  return {
    named,
    of(schema, io) {
      // Below another one, for a schema at the top is not referred to.
      const { properties, $defs = {} } = convert(z.object({ schema }), io);
      for (const [name, definition] of Object.entries($defs)) {
        if (named[name] && JSON.stringify(named[name]) !== JSON.stringify(definition))
          throw new Error(`two schemas are named ${name}`);
        named[name] = definition;
      }
      return properties.schema;
    },
  };
}

interface Converted {
  properties: { schema: JsonSchema };
  $defs?: Record<string, JsonSchema>;
}

function convert(schema: z.ZodType, io: "input" | "output"): Converted {
  const converted = z.toJSONSchema(schema, { io, override: ({ jsonSchema }) => simplify(jsonSchema) });
  return JSON.parse(JSON.stringify(converted).replaceAll('"#/$defs/', '"#/components/schemas/'));
}

function simplify(schema: z.core.JSONSchema.BaseSchema): void {
  // Named in the components by its place.
  delete schema.id;
  // Says the same as the format, in some hundred characters.
  if (schema.format) delete schema.pattern;
  // Answers may come to say more, and what is not understood of a request is passed over.
  if (schema.additionalProperties === false) delete schema.additionalProperties;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
}
