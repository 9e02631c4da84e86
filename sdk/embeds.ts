// The calls of embeds: keys that put the chat on other sites.
import type { Embeds } from "./face.ts";
import { keyHeader, newIdempotencyKey } from "./idempotency.ts";
import { at, type Call, type CallOptions } from "./request.ts";

type Json = <T>(call: Call, options?: CallOptions) => Promise<T>;

export function createEmbeds(json: Json): Embeds {
  // Sent again where the answer was lost: it alone shows the secret.
  const post = (path: string, body: unknown): Call => {
    return { method: "POST", path, body, headers: { [keyHeader]: newIdempotencyKey() } };
  };
  return {
    list: (query, options) => json({ method: "GET", path: "/embeds", ...(query && { query }) }, options),
    create: (embed, options) => json(post("/embeds", embed), options),
    get: (id, options) => json({ method: "GET", path: at("embeds", id) }, options),
    update: (id, changes, options) => json({ method: "PATCH", path: at("embeds", id), body: changes }, options),
    delete: (id, options) => json({ method: "DELETE", path: at("embeds", id) }, options),
    rotateSecret: (id, rotation = {}, options) => json(post(at("embeds", id, "rotate-secret"), rotation), options),
    usage: (id, query, options) =>
      json({ method: "GET", path: at("embeds", id, "usage"), ...(query && { query }) }, options),
  };
}
