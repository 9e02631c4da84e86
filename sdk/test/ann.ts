// Ann, who is signed in, and a server that takes only her newest token.
import { createClient, memoryTokens, type TokenStore } from "../index.ts";
import { events, wireBytes } from "./answer.ts";
import { type Exchange, serve, tokenPair } from "./server.ts";

/** A server that takes only Ann's token number `valid`, and whose refresh makes the next one. */
export async function annServer(refresh?: (exchange: Exchange, next: () => void) => void) {
  const state = { valid: 2 };
  const server = await serve((exchange) => {
    const { line, json, problem, token, body, beginEvents, response } = exchange;
    if (line === "POST /users/refresh") {
      const next = () => {
        const spent = Number(String(body).match(/refresh-ann-(\d+)/)?.[1]);
        json(200, tokenPair("ann", spent + 1));
      };
      return refresh ? refresh(exchange, next) : next();
    }
    if (line === "POST /users/login") return json(200, tokenPair("ann", 1));
    if (line === "POST /users/logout") return json(204, null);
    if (token !== tokenPair("ann", state.valid).access_token)
      return problem(401, "unauthorized", { "www-authenticate": "Bearer" });
    if (line === "POST /chat") {
      beginEvents();
      return void response.end(wireBytes(events));
    }
    json(200, { id: "x" });
  });
  return { ...server, state };
}

/** Ann's client, with what it told of the end of her session. */
export function signedIn(url: string, number = 1, store: TokenStore = memoryTokens()) {
  store.set(tokenPair("ann", number));
  const client = createClient({ baseUrl: url, tokens: store, backoffMs: 1 });
  const ends: string[] = [];
  client.onSessionEnd((reason) => ends.push(reason));
  return { client, store, ends };
}

export const refreshes = (lines: string[]) => lines.filter((line) => line === "POST /users/refresh").length;
