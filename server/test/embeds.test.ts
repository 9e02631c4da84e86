// Embeds in the domain: made, changed, found by their key, rotated, sealed again, deleted.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openSecret, resealSecrets, sealSecret, secretsOf } from "../embed-secrets.ts";
import {
  changeEmbed,
  createEmbed,
  deleteEmbed,
  findEmbed,
  findEnabledEmbed,
  listEmbeds,
  originAllowed,
  rotateSecret,
  someEmbedAllows,
} from "../embeds.ts";
import { DocumentModel } from "../models/document.ts";
import { EmbedModel } from "../models/embed.ts";
import { originFault } from "../origins.ts";
import { dataKey, type EmbedBench, openEmbedBench } from "./embeds.ts";
import { addDocument, addUser } from "./library.ts";

let bench: EmbedBench;
let owner: string;
beforeAll(async () => {
  bench = await openEmbedBench();
});
beforeEach(async () => {
  owner = await addUser(bench.db);
});
afterAll(() => bench?.close());

const document = (userId = owner) => addDocument(bench.db, userId, { title: "Pump", pages: ["The pump is blue."] });
const missing = { code: "embed-not-found", status: 404 };

test("a name is enough, and nothing is open yet", async () => {
  const { embed, secret } = await createEmbed(bench, owner, { name: "Help" });
  expect(embed).toMatchObject({
    ...{ name: "Help", document_ids: [], allowed_origins: [], starters: [], locale: null, enabled: true },
    ...{ daily_message_limit: 1000, visitor_message_limit: 100, address_message_limit: null },
    theme: { scheme: "auto", accent: null, marker: null },
  });
  expect(embed.greeting).not.toBe("");
  expect(embed.public_key).toMatch(/^pk_[\w-]{24}$/);
  expect(secret).toMatch(/^sk_[\w-]{43}$/);
  const row = JSON.stringify(await EmbedModel.query(bench.db).findById(embed.id));
  expect(row).not.toContain(secret);
  expect(row).not.toContain(Buffer.from(secret).toString("base64url"));
  expect(originAllowed(embed, "https://example.com", null)).toBe(false);
});

test("only the owner's own documents that stand can be named", async () => {
  const [own, other, gone] = [await document(), await document(await addUser(bench.db)), await document()];
  await DocumentModel.query(bench.db).findById(gone).patch({ deleted_at: new Date() });
  const { embed } = await createEmbed(bench, owner, { name: "Help", document_ids: [own] });
  for (const document_ids of [[own, other], [gone], ["0190a0a0-0000-7000-8000-00000000000a"]]) {
    const refused = { code: "document-not-found" };
    await expect(createEmbed(bench, owner, { name: "Help", document_ids })).rejects.toMatchObject(refused);
    await expect(changeEmbed(bench, owner, embed.id, { document_ids })).rejects.toMatchObject(refused);
  }
  expect((await findEmbed(bench, owner, embed.id)).document_ids).toEqual([own]);
});

test("what a change does not name stays, within the theme too", async () => {
  const { embed } = await createEmbed(bench, owner, { name: "Help", theme: { accent: "#102030" }, starters: ["Why?"] });
  const changed = await changeEmbed(bench, owner, embed.id, { theme: { scheme: "dark" }, locale: "de" });
  expect(changed).toMatchObject({ theme: { scheme: "dark", accent: "#102030", marker: null }, starters: ["Why?"] });
  expect(await changeEmbed(bench, owner, embed.id, {})).toMatchObject({ locale: "de", name: "Help" });
  await Promise.all([
    changeEmbed(bench, owner, embed.id, { theme: { accent: null } }),
    changeEmbed(bench, owner, embed.id, { theme: { marker: "#ffee00" } }),
  ]);
  expect((await findEmbed(bench, owner, embed.id)).theme).toEqual({ scheme: "dark", accent: null, marker: "#ffee00" });
});

test("another user's embed does not exist, by whatever call", async () => {
  const { embed } = await createEmbed(bench, owner, { name: "Help" });
  const stranger = await addUser(bench.db);
  await expect(findEmbed(bench, stranger, embed.id)).rejects.toMatchObject(missing);
  await expect(changeEmbed(bench, stranger, embed.id, { name: "Mine" })).rejects.toMatchObject(missing);
  await expect(rotateSecret(bench, stranger, embed.id)).rejects.toMatchObject(missing);
  await expect(deleteEmbed(bench, stranger, embed.id)).rejects.toMatchObject(missing);
  expect(await listEmbeds(bench, stranger, { limit: 10, before: null })).toEqual([]);
  expect(await EmbedModel.query(bench.db).findById(embed.id)).toEqual(embed);
});

test("they are listed newest first, and an account has a bounded number, also of two made at once", async () => {
  const { embed: first } = await createEmbed(bench, owner, { name: "1" });
  const rows = Array.from({ length: 198 }, (_, n) => ({
    ...first.$toJson(),
    id: `0190a0a0-0000-7000-8000-${owner.slice(-8)}${String(n).padStart(4, "0")}`,
    public_key: `pk_${owner}${n}`,
  }));
  for (const row of rows) await EmbedModel.query(bench.db).insert(row);
  const two = await Promise.allSettled(["a", "b"].map((name) => createEmbed(bench, owner, { name })));
  expect(two.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(two.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "too-many-embeds" } });
  const page = await listEmbeds(bench, owner, { limit: 2, before: null });
  expect(page[1]?.id).toBe(first.id);
  expect((await listEmbeds(bench, owner, { limit: 1000, before: first.id })).length).toBe(198);
  await deleteEmbed(bench, owner, first.id);
  await createEmbed(bench, owner, { name: "room again" });
});

test("a key finds its embed while it is enabled, and nothing else is a key", async () => {
  const { embed } = await createEmbed(bench, owner, { name: "Help" });
  expect((await findEnabledEmbed(bench, embed.public_key)).id).toBe(embed.id);
  for (const key of [
    "",
    "pk_",
    `${embed.public_key}a`,
    embed.id,
    embed.public_key.toLowerCase().slice(1),
    "%",
    "pk_\0",
  ]) {
    await expect(findEnabledEmbed(bench, key)).rejects.toMatchObject(missing);
  }
  await changeEmbed(bench, owner, embed.id, { enabled: false });
  await expect(findEnabledEmbed(bench, embed.public_key)).rejects.toMatchObject(missing);
  await changeEmbed(bench, owner, embed.id, { enabled: true });
  await deleteEmbed(bench, owner, embed.id);
  await expect(findEnabledEmbed(bench, embed.public_key)).rejects.toMatchObject(missing);
  await expect(findEmbed(bench, owner, embed.id)).rejects.toMatchObject(missing);
  await expect(deleteEmbed(bench, owner, embed.id)).rejects.toMatchObject(missing);
});

test("an origin is allowed as it is written and in no other way; the server's own always is", async () => {
  const shop = "https://shop.example:8443";
  const { embed } = await createEmbed(bench, owner, { name: "Help", allowed_origins: [shop, "https://example.com"] });
  const own = "http://127.0.0.1:8080";
  for (const origin of [shop, "https://example.com", own]) expect(originAllowed(embed, origin, own)).toBe(true);
  const tricks = [
    ...["", "null", "*", "https://shop.example", "http://shop.example:8443", "https://example.com.evil.example"],
    ...["https://evil-example.com", "https://sub.example.com", "https://example.com.", "https://EXAMPLE.com", own],
    ...["https://example.com/", "https://example.com:443", "example.com", "https://example.com, https://evil.example"],
  ];
  for (const origin of tricks) expect(originAllowed(embed, origin, null), origin).toBe(false);
  expect(originAllowed({ allowed_origins: ["null"] }, "null", "null")).toBe(false);

  expect(await someEmbedAllows(bench, shop)).toBe(true);
  for (const origin of [...tricks, "x".repeat(5000)]) expect(await someEmbedAllows(bench, origin), origin).toBe(false);
  await changeEmbed(bench, owner, embed.id, { enabled: false });
  expect(await someEmbedAllows(bench, shop)).toBe(false);
});

test("what is wrong with an origin is told so that it can be mended", () => {
  for (const origin of ["https://example.com", "http://localhost:3000", "http://[::1]:80", "http://127.0.0.1"]) {
    expect(originFault(origin), origin).toBe(origin === "http://[::1]:80" ? "Write it as http://[::1]" : null);
  }
  const faults: [string, RegExp][] = [
    ["example.com", /Begin with https/],
    ["ftp://example.com", /Begin with https/],
    ["javascript:alert(1)", /Begin with https/],
    ["", /Begin with https/],
    ["null", /never allowed/],
    ["*", /no pattern/],
    ["https://*.example.com", /no pattern/],
    ["https://example.com/", /Write it as https:\/\/example\.com$/],
    ["https://example.com/shop", /Leave out what follows the host: https:\/\/example\.com$/],
    ["https://example.com?x", /Write it as|Leave out/],
    ["https://example.com#top", /Leave out what follows/],
    ["https://ann@example.com", /user/],
    ["https://EXAMPLE.com:443", /Write it as https:\/\/example\.com$/],
    ["https://exämple.com", /Write it as https:\/\/xn--/],
    [" https://example.com", /Begin with https|Write it as/],
    ["https://example.com\n", /Write it as/],
    ["https://", /no origin/],
    ["https://a;b", /no host/],
    [`https://${"a".repeat(400)}.com`, /at most/],
  ];
  for (const [origin, fault] of faults) expect(originFault(origin), origin).toMatch(fault);
});

test("a sealed secret opens for its embed alone, whole, and while its key is there", () => {
  const [a, b] = [dataKey("a"), dataKey("b")];
  const sealed = sealSecret([a], "embed-1", "sk_x");
  expect(openSecret([b, a], "embed-1", sealed)).toBe("sk_x");
  expect(sealSecret([a], "embed-1", "sk_x")).not.toBe(sealed);
  expect(openSecret([b], "embed-1", sealed)).toBeNull();
  expect(openSecret([a], "embed-2", sealed)).toBeNull();
  const bytes = Buffer.from(sealed.split(".")[2] ?? "", "base64url");
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(openSecret([a], "embed-1", `v1.${a.id}.${changed.toString("base64url")}`)).toBeNull();
  }
  // A shortened tag would be guessed sooner.
  for (const cut of [sealed.slice(0, -4), `v1.${a.id}.`, `v1.${a.id}`, "", "v2".concat(sealed.slice(2))]) {
    expect(openSecret([a], "embed-1", cut)).toBeNull();
  }
});

test("after a rotation both secrets verify for a day, unless the old one is revoked at once", async () => {
  const { embed, secret } = await createEmbed(bench, owner, { name: "Help" });
  const second = await rotateSecret(bench, owner, embed.id);
  expect(secretsOf(bench, second.embed)).toEqual([second.secret, secret]);
  const third = await rotateSecret(bench, owner, embed.id);
  expect(secretsOf(bench, third.embed)).toEqual([third.secret, second.secret]);
  bench.pass(24 * 3_600_000 - 60_000);
  expect(secretsOf(bench, third.embed)).toHaveLength(2);
  bench.pass(120_000);
  expect(secretsOf(bench, third.embed)).toEqual([third.secret]);
  const fourth = await rotateSecret(bench, owner, embed.id, { revokeNow: true });
  expect(secretsOf(bench, fourth.embed)).toEqual([fourth.secret]);
  expect(fourth.embed.public_key).toBe(embed.public_key);
});

test("a new data key takes over what the old one sealed; where that is lost, a rotation mends it", async () => {
  await EmbedModel.query(bench.db).delete();
  const { embed, secret } = await createEmbed(bench, owner, { name: "Help" });
  const rotated = await rotateSecret(bench, owner, embed.id);
  const [a, b] = [dataKey("a"), dataKey("b")];
  const keys = (...data: (typeof a)[]) => ({ ...bench, keys: { jwt: [], data } });
  const row = () => findEmbed(bench, owner, embed.id);

  await resealSecrets(keys(b, a));
  expect(secretsOf(keys(b), await row())).toEqual([rotated.secret, secret]);
  expect(secretsOf(keys(a), await row())).toEqual([]);
  const before = await row();
  await resealSecrets(keys(b, a));
  expect(await row()).toEqual(before);

  await resealSecrets(keys(a));
  expect(bench.errors).toHaveLength(1);
  expect(bench.errors[0]).toContain("bring the DATA_KEY back");
  expect(secretsOf(keys(b), await row())).toEqual([rotated.secret, secret]);
  const mended = await rotateSecret(keys(a), owner, embed.id);
  expect(secretsOf(keys(a), mended.embed)).toEqual([mended.secret]);
  // Nothing of what was lost is left to complain of, nor is a secret that verifies no more.
  await rotateSecret(keys(a), owner, embed.id);
  bench.pass(25 * 3_600_000);
  await resealSecrets(keys(b, a));
  expect(bench.errors).toHaveLength(1);
  expect((await row()).sealed_previous_secret).toBeNull();
});
