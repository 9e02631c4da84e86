// The published contract is valid, says all that the server does and nothing else: every operation is called by it.
import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ProblemCode, problems } from "../../problem.ts";
import { openApiPath } from "../openapi.ts";
import { allRoutes } from "../routes.ts";
import type { Call, Place } from "./contract.ts";
import { elsewhere, goodCalls, unknownId } from "./openapi-calls.ts";
import { general, never } from "./openapi-refusals.ts";
import { openScene, type Scene } from "./openapi-scene.ts";
import { special } from "./openapi-special-refusals.ts";

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene?.close());

test("the document is valid by OpenAPI's own schema", async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(
    structuredClone(scene.contract.document) as unknown as Record<string, unknown>,
  );
  expect([errors, valid, validator.version]).toEqual([undefined, true, "3.1"]);
});

test("every route stands in it, and nothing but routes", () => {
  const { router } = allRoutes(scene.api.services);
  const routed = router.stack.flatMap(({ path, methods }) =>
    methods.filter((method) => method !== "HEAD").map((method) => `${method} ${openApiPath(String(path))}`),
  );
  const told = [...scene.contract.operations.values()].map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  expect(told.sort()).toEqual(routed.sort());
});

test("every reference leads somewhere, and every example is what its schema says", () => {
  const { document, faults } = scene.contract;
  const wrong: unknown[] = [];
  const walk = (value: unknown, pointer: string[]): void => {
    if (typeof value !== "object" || value === null) return;
    const { $ref, example, examples, schema } = value as Record<string, unknown>;
    if (typeof $ref === "string") {
      const found = $ref
        .slice(2)
        .split("/")
        .reduce((at: unknown, name) => (at as Record<string, unknown>)?.[name], document);
      if (!found) wrong.push([pointer, $ref]);
    }
    if (example !== undefined && schema) wrong.push(...[faults([...pointer, "schema"], example)].filter(Boolean));
    if (Array.isArray(examples)) for (const one of examples) wrong.push(...[faults(pointer, one)].filter(Boolean));
    for (const [name, part] of Object.entries(value))
      if (name !== "example" && name !== "examples" && name !== "properties") walk(part, [...pointer, name]);
      else if (name === "properties")
        for (const [key, property] of Object.entries(part)) walk(property, [...pointer, name, key]);
  };
  walk(document, []);
  expect(wrong).toEqual([]);
});

test("every operation answers as it says, by its own example, and gives each answer that it names", async () => {
  const { operations, seen, call } = scene.contract;
  expect(Object.keys(goodCalls).sort()).toEqual([...operations.keys()].sort());
  for (const [id, calls] of Object.entries(goodCalls)) {
    for (const { status, make } of calls) {
      const answered = await call(id, await make(scene));
      expect([id, answered.status, answered.text.slice(0, 300)]).toEqual([id, status, expect.anything()]);
    }
  }
  const named = [...operations].flatMap(([id, { operation }]) =>
    Object.entries(operation.responses)
      .filter(([status]) => Number(status) < 400)
      .flatMap(([status, { content }]) =>
        Object.keys(content ?? { "": {} }).map((type) => `${id} ${status} ${type}`.trim()),
      ),
  );
  expect(named.filter((answer) => !seen.has(answer))).toEqual([...elsewhere.keys()]);
}, 120_000);

test("every problem that an operation names is met", async () => {
  const { operations, call } = scene.contract;
  const { token } = await scene.person();
  const missed: unknown[] = [];
  for (const [id, place] of operations) {
    const good = async () => (await goodCalls[id]?.at(-1)?.make(scene)) ?? {};
    for (const code of codesOf(id)) {
      if (never.some(([other, where]) => other === code && (where === "every one" || where.includes(id)))) continue;
      const refused = special[`${id} ${code}`] ?? general[code];
      if (!refused) {
        missed.push([id, code, "has no call"]);
        continue;
      }
      const answered = await call(id, await refused(scene, { good, blank: blank(place, token), place }));
      const said = [answered.status, answered.body?.code];
      if (said[0] !== problems[code][0] || said[1] !== code) missed.push([id, code, ...said, answered.body?.detail]);
    }
  }
  expect(missed).toEqual([]);
}, 120_000);

test("what cannot be met is named by the contract all the same", () => {
  for (const [code, where] of never)
    if (where !== "every one")
      for (const id of where) expect([id, codesOf(id)]).toEqual([id, expect.arrayContaining([code])]);
});

test("a server that stops is unavailable in every operation that says so, and in no other", async () => {
  scene.api.stop();
  const { operations, call } = scene.contract;
  for (const [id, { operation }] of operations) {
    const { status } = await call(id, { body: undefined });
    expect([id, status === 503]).toEqual([id, "503" in operation.responses]);
  }
});

const somewhere: Record<string, string> = { n: "1", path: "absent.js" };

/** A call of what does not exist, by somebody who is signed in. */
function blank({ path }: Place, token: string): Call {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  return { token, path: Object.fromEntries(names.map((name) => [name, somewhere[name] ?? unknownId])) };
}

function codesOf(id: string): ProblemCode[] {
  const { responses = {} } = scene.contract.operations.get(id)?.operation ?? {};
  return Object.values(responses).flatMap(({ content }) => {
    const { code } = (content?.["application/problem+json"]?.schema?.properties ?? {}) as {
      code?: { enum: ProblemCode[] };
    };
    return code?.enum ?? [];
  });
}
