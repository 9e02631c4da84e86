// How a route is declared: who may call it, what it takes and what it answers, in one place that guards and describes it.
import Router from "@koa/router";
import type { Context, Middleware } from "koa";
import type { z } from "zod";
import type { ProblemCode } from "../problem.ts";
import { createTokenReader, type TokenReader } from "./access-tokens.ts";
import { type AuthServices, type CallerKind, requireCaller } from "./auth.ts";
import { type PathParam, queryReader } from "./parameters.ts";
import { jsonBody, validate } from "./validate.ts";

interface Answer {
  description: string;
  schema?: z.ZodType;
  /** Its media types, where it is not JSON. */
  content?: string | readonly string[];
  /** Of a stream, what each event carries, by the event's name. */
  events?: Record<string, { description: string; schema: z.ZodType }>;
  headers?: Record<string, string>;
}

export interface OperationSpec<
  B extends z.ZodType = z.ZodType,
  Q extends z.ZodObject = z.ZodObject,
  P extends Record<string, PathParam> = Record<string, PathParam>,
> {
  method: "get" | "post" | "put" | "patch" | "delete";
  /** As the router takes it: `/documents/:id`. */
  path: string;
  /** Of all operations, this one's name for programs. */
  id: string;
  tag: string;
  summary: string;
  description?: string;
  /** Who may call: anybody, or those who prove to be one of these. */
  callers: "anyone" | CallerKind[];
  /** Of whom a signed address takes the place of a token. */
  signed?: CallerKind[];
  params?: P;
  /** Each parameter may stand once. */
  query?: Q;
  headers?: Record<string, { schema: z.ZodType; description: string }>;
  /** Read as JSON. */
  body?: B;
  example?: z.input<B>;
  /** The field of a multipart form that takes a file of this media type. */
  file?: { field: string; type: string };
  answers: Record<number, Answer>;
  /** Beyond those that follow from what is declared above. */
  problems: ProblemCode[];
  /** Of those, what cannot come about here. */
  never?: ProblemCode[];
}

/** What has been checked by the time that the handler runs. */
interface Input<B extends z.ZodType, Q extends z.ZodObject, P extends Record<string, PathParam>> {
  body: z.output<B>;
  query: z.output<Q>;
  params: { [K in keyof P]: z.output<P[K]["schema"]> };
}

export interface Routes {
  readonly router: Router;
  readonly operations: readonly OperationSpec[];
  /** Adds a route: first who calls, then the path, then the query, then the body, then the handler. */
  add<B extends z.ZodType, Q extends z.ZodObject, P extends Record<string, PathParam>>(
    spec: OperationSpec<B, Q, P>,
    handler: (ctx: Context, input: Input<B, Q, P>) => Promise<void> | void,
  ): void;
}

export function createRoutes(services: AuthServices): Routes {
  const router = new Router();
  const readToken = createTokenReader(services);
  const operations: OperationSpec[] = [];
  return {
    router,
    operations,
    add(spec, handler) {
      operations.push(spec);
      const guard = guardOf(services, spec, readToken);
      const read = reader(spec);
      const answer = async (ctx: Context): Promise<void> => {
        const input = read(ctx) as Parameters<typeof handler>[1];
        if (spec.body) {
          await jsonBody(ctx, done);
          input.body = validate(spec.body, ctx.request.body) as typeof input.body;
        }
        return handler(ctx, input);
      };
      router[spec.method](spec.path, guard ? (ctx) => guard(ctx, () => answer(ctx)) : answer);
    },
  };
}

const done = () => Promise.resolve();

function guardOf(
  services: AuthServices,
  { callers, signed }: Pick<OperationSpec, "callers" | "signed">,
  readToken: TokenReader,
): Middleware | null {
  return callers === "anyone" ? null : requireCaller(services, { callers, signed }, readToken);
}

/** @returns what reads and checks path and query; the body is read after them */
function reader({ params, query }: Pick<OperationSpec, "params" | "query">) {
  const named = Object.entries(params ?? {});
  const readQuery = query && queryReader(query);
  return (ctx: Context) => {
    const read: Record<string, unknown> = {};
    for (const [name, param] of named) read[name] = param.read(ctx.params[name]);
    return { params: read, query: readQuery ? readQuery(ctx) : {}, body: undefined };
  };
}
