// Who comes through an embed: anonymous visitors by the id they were given, people by the host site's word, no one twice.
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEmbed, deleteEmbed, rotateSecret, type WithSecret } from "../embeds.ts";
import type { EmbedModel } from "../models/embed.ts";
import { IdentityTokenModel, VisitorModel } from "../models/embed.ts";
import { visitorFor } from "../visitors.ts";
import { type EmbedBench, identityToken, openEmbedBench } from "./embeds.ts";
import { addUser } from "./library.ts";

let bench: EmbedBench;
let owner: string;
let shop: WithSecret;
let docs: WithSecret;
beforeAll(async () => {
  bench = await openEmbedBench();
  owner = await addUser(bench.db);
  shop = await createEmbed(bench, owner, { name: "Shop" });
  docs = await createEmbed(bench, owner, { name: "Docs" });
});
afterAll(() => bench?.close());

type Claims = Partial<Parameters<typeof identityToken>[2]>;
const sign = ({ embed, secret }: WithSecret, claims: Claims = {}) => identityToken(bench, embed, { secret, ...claims });
const named = ({ embed }: { embed: EmbedModel }, token: string) => visitorFor(bench, embed, { identityToken: token });
const refusal = (reason: RegExp) => ({
  code: "identity-invalid",
  status: 401,
  detail: expect.stringMatching(reason) as string,
});

test("an anonymous visitor is known again by the id alone, in this embed alone", async () => {
  const first = await visitorFor(bench, shop.embed, {});
  expect(first.visitorId).toMatch(/^v_[\w-]{43}$/);
  const again = await visitorFor(bench, shop.embed, { visitorId: first.visitorId });
  expect([again.visitorId, again.visitor.id]).toEqual([first.visitorId, first.visitor.id]);
  expect(JSON.stringify(await VisitorModel.query(bench.db))).not.toContain(first.visitorId.slice(2));

  const unknown = ["", "v_", "x".repeat(5000), `v_${"A".repeat(43)}`, first.visitor.id, `${first.visitorId} `, "%00"];
  for (const visitorId of unknown) {
    const { visitor, visitorId: given } = await visitorFor(bench, shop.embed, { visitorId });
    expect([given === visitorId, visitor.id === first.visitor.id]).toEqual([false, false]);
  }
  const elsewhere = await visitorFor(bench, docs.embed, { visitorId: first.visitorId });
  expect([elsewhere.visitorId === first.visitorId, elsewhere.visitor.embed_id]).toEqual([false, docs.embed.id]);
});

test("a person is the same on every device, in a namespace that no id enters", async () => {
  const [phone, desk] = await Promise.all([named(shop, sign(shop)), named(shop, sign(shop))]);
  expect(phone).toEqual({ ...desk, visitor: { ...desk?.visitor, seen_at: expect.any(Date) as Date } });
  expect(phone.visitor).toMatchObject({ subject: "ann", token_hash: null });
  const ben = await named(shop, sign(shop, { sub: "ben" }));
  expect([ben.visitorId === phone.visitorId, ben.visitor.id === phone.visitor.id]).toEqual([false, false]);
  const elsewhere = await named(docs, sign(docs));
  expect(elsewhere.visitorId).not.toBe(phone.visitorId);

  const stranger = await visitorFor(bench, shop.embed, { visitorId: phone.visitorId });
  expect(stranger.visitor).toMatchObject({ subject: null });
  expect(stranger.visitorId).not.toBe(phone.visitorId);
  const byBoth = await visitorFor(bench, shop.embed, { visitorId: stranger.visitorId, identityToken: sign(shop) });
  expect(byBoth).toMatchObject({ visitorId: phone.visitorId, visitor: { id: phone.visitor.id } });
  // Without the token they are as anonymous as before.
  const without = await visitorFor(bench, shop.embed, { visitorId: stranger.visitorId });
  expect(without.visitor.id).toBe(stranger.visitor.id);
});

test("a token is used once, also where it comes twice at the same moment, and in another session of the same second", async () => {
  const token = sign(shop);
  const twins = await Promise.allSettled(Array.from({ length: 5 }, () => named(shop, token)));
  expect(twins.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  await expect(named(shop, token)).rejects.toMatchObject(refusal(/used before/));
  const jti = "the same";
  await named(shop, sign(shop, { jti }));
  await expect(named(shop, sign(shop, { jti, sub: "ben" }))).rejects.toMatchObject(refusal(/used before/));
  // Another embed has counted nothing.
  await named(docs, sign(docs, { jti }));
  // What was refused for another reason spends nothing.
  await expect(named(shop, sign(shop, { jti: "later", nbf: nowSeconds() + 300 }))).rejects.toMatchObject(
    refusal(/clock/),
  );
  await named(shop, sign(shop, { jti: "later" }));
});

const nowSeconds = () => Math.floor(bench.clock.now().getTime() / 1000);
const faults: [what: string, claims: () => Claims, reason: RegExp][] = [
  ["of another embed", () => ({ aud: docs.embed.public_key }), /`aud`/],
  ["for two", () => ({ aud: [shop.embed.public_key, docs.embed.public_key] }), /`aud`/],
  ["for one in a list", () => ({ aud: [shop.embed.public_key] }), /`aud`/],
  ["for nobody", () => ({ aud: undefined }), /`aud`/],
  ["of nobody", () => ({ sub: undefined }), /`sub`/],
  ["of an empty name", () => ({ sub: "" }), /`sub`/],
  ["of a number", () => ({ sub: 7 }), /`sub`/],
  ["of a long name", () => ({ sub: "x".repeat(256) }), /`sub`/],
  ["of half a character", () => ({ sub: "\ud800" }), /`sub`/],
  ["of a NUL", () => ({ sub: "a\0b" }), /`sub`/],
  ["without a number", () => ({ jti: undefined }), /`jti`/],
  ["with an empty number", () => ({ jti: "" }), /`jti`/],
  ["with a long number", () => ({ jti: "x".repeat(256) }), /`jti`/],
  ["without an end", () => ({ exp: undefined }), /`exp`/],
  ["with an end in words", () => ({ exp: "tomorrow" }), /`exp`/],
  ["that ends too late", () => ({ exp: nowSeconds() + 660 }), /10 minutes/],
  ["that never ends", () => ({ exp: 1e308 }), /10 minutes/],
  ["that has ended", () => ({ exp: nowSeconds() - 60 }), /expired/],
  ["of the future", () => ({ iat: nowSeconds() + 120 }), /clock/],
  ["not to be used yet", () => ({ nbf: nowSeconds() + 120 }), /clock/],
  ["that begins in words", () => ({ nbf: "now" }), /`nbf`/],
  ["under HS512", () => ({ algorithm: "HS512" }), /HS256/],
  ["under no algorithm", () => ({ algorithm: "none", secret: "" }), /HS256/],
  ["under another embed's secret", () => ({ secret: docs.secret }), /signature/],
  ["under the public key", () => ({ secret: shop.embed.public_key }), /signature/],
];

test.each(faults)("a token %s is refused, and the host's developer told why", async (_, claims, reason) => {
  const before = await IdentityTokenModel.query(bench.db).resultSize();
  await expect(named(shop, sign(shop, claims()))).rejects.toMatchObject(refusal(reason));
  expect(await IdentityTokenModel.query(bench.db).resultSize()).toBe(before);
});

test("what is no token is refused, and what was changed", async () => {
  const [head, body, code] = sign(shop).split(".") as [string, string, string];
  for (const token of ["", "x", "a.b", "a.b.c", `${head}.${body}.`, "€.€.€", `${head}.${body}.${code}.${code}`, "{}"]) {
    await expect(named(shop, token), token).rejects.toMatchObject({ code: "identity-invalid" });
  }
  const claims = { ...JSON.parse(Buffer.from(body, "base64url").toString()), sub: "root" };
  const changed = Buffer.from(JSON.stringify(claims)).toString("base64url");
  await expect(named(shop, `${head}.${changed}.${code}`)).rejects.toMatchObject(refusal(/signature/));
  // Signed rightly, but no object of claims.
  const untyped = Buffer.from('{"alg":"HS256"}').toString("base64url");
  for (const begins of [head, untyped]) {
    for (const said of ['"text"', "[]", "null", "7", "not json", "", "\u20ac", "x".repeat(100_000)]) {
      const signed = `${begins}.${Buffer.from(said).toString("base64url")}`;
      const mac = createHmac("sha256", shop.secret).update(signed).digest("base64url");
      await expect(named(shop, `${signed}.${mac}`), said).rejects.toMatchObject({ code: "identity-invalid" });
    }
  }
});

test("a clock that is a little off does no harm", async () => {
  await named(shop, sign(shop, { exp: nowSeconds() - 3 }));
  await named(shop, sign(shop, { iat: nowSeconds() + 4, nbf: nowSeconds() + 4, exp: nowSeconds() + 604 }));
  for (const claims of [{ exp: nowSeconds() - 10 }, { exp: nowSeconds() + 620 }, { iat: nowSeconds() + 60 }])
    await expect(named(shop, sign(shop, claims))).rejects.toMatchObject({ code: "identity-invalid" });
  await named(shop, sign(shop, { iat: undefined, sub: "x".repeat(255), jti: "y".repeat(255) }));
});

test("the secret before a rotation signs for a day, and a revoked one not at all", async () => {
  const made = await createEmbed(bench, owner, { name: "Rotated" });
  const rotated = await rotateSecret(bench, owner, made.embed.id);
  await named(rotated, sign(made));
  await named(rotated, sign(rotated));
  bench.pass(25 * 3_600_000);
  await expect(named(rotated, sign(made))).rejects.toMatchObject(refusal(/signature/));
  const last = await rotateSecret(bench, owner, made.embed.id, { revokeNow: true });
  await expect(named(last, sign(rotated))).rejects.toMatchObject(refusal(/signature/));
  await named(last, sign(last));
});

test("where the data key was lost, the error says so and a rotation mends it", async () => {
  const made = await createEmbed(bench, owner, { name: "Lost" });
  const lost = { ...bench, keys: { jwt: [], data: [] } };
  const token = sign(made);
  await expect(visitorFor(lost, made.embed, { identityToken: token })).rejects.toMatchObject(refusal(/Rotate it/));
  expect(bench.errors.at(-1)).toContain("DATA_KEY");
  const { visitor } = await visitorFor(lost, made.embed, {});
  expect(visitor.subject).toBeNull();
});

test("nobody comes through an embed that was removed at this moment", async () => {
  const made = await createEmbed(bench, owner, { name: "Gone" });
  await deleteEmbed(bench, owner, made.embed.id);
  await made.embed.$query(bench.db).delete();
  await expect(visitorFor(bench, made.embed, {})).rejects.toMatchObject({ code: "embed-not-found" });
  await expect(named(made, sign(made))).rejects.toMatchObject({ code: "embed-not-found" });
});
