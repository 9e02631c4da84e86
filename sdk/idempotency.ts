// Keys by which the server knows a request that it is sent again.

export const keyHeader = "idempotency-key";

/** @returns a key that nobody else makes: 128 random bits. `randomUUID` is missing on pages without TLS. */
export function newIdempotencyKey(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join("-");
}
