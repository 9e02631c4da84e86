// Signing in and out, and one's own account.
import type { TokenPair } from "./contract.ts";
import type { Users } from "./face.ts";
import type { Call, CallOptions } from "./request.ts";
import type { Session } from "./session.ts";

type Json = <T>(call: Call, options?: CallOptions) => Promise<T>;

export function createUsers(json: Json, session: Session): Users {
  const post = (path: string, body: unknown): Call => ({ method: "POST", path, body, anonymous: true });
  return {
    register: (credentials, options) => json(post("/users/register", credentials), options),
    async login(credentials, options) {
      session.start(await json<TokenPair>(post("/users/login", credentials), options));
    },
    async logout(options) {
      const refresh_token = session.end("logged-out");
      if (refresh_token) await json(post("/users/logout", { refresh_token }), options);
    },
    me: (options) => json({ method: "GET", path: "/users/me" }, options),
    usage: (options) => json({ method: "GET", path: "/users/me/usage" }, options),
    changePassword: (passwords, options) =>
      json({ method: "POST", path: "/users/me/password", body: passwords }, options),
    async endSessions({ all, ...options } = {}) {
      await json({ method: "DELETE", path: "/users/me/sessions", ...(all && { query: { all: 1 } }) }, options);
      if (all) session.end("logged-out");
    },
    activity: (query, options) => json({ method: "GET", path: "/users/me/activity", ...(query && { query }) }, options),
    async delete(proof, options) {
      await json({ method: "DELETE", path: "/users/me", body: proof }, options);
      session.end("logged-out");
    },
  };
}
