// Who is signed in.
import type { Client } from "@pagewise/sdk";
import { isApiError } from "@pagewise/sdk";
import type { Credentials, User } from "@pagewise/sdk/contract";
import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals";

export interface SessionModel {
  status: ReadonlySignal<"out" | "in">;
  /** null until the server has said who it is. */
  user: ReadonlySignal<User | null>;
  /** The session ended by itself: expired, or signed out in another tab. */
  ended: ReadonlySignal<boolean>;
  /** What is said to whoever has just left, until somebody signs in. */
  farewell: Signal<string | null>;
  /** Throws what the client throws. */
  signIn(credentials: Credentials): Promise<void>;
  register(credentials: Credentials): Promise<void>;
  signOut(): Promise<void>;
  dispose(): void;
}

export function createSession({ client }: { client: Client }): SessionModel {
  const status = signal<"out" | "in">(client.signedIn() ? "in" : "out");
  const user = signal<User | null>(null);
  const ended = signal(false);
  const farewell = signal<string | null>(null);
  const alive = new AbortController();

  const learn = async () => {
    try {
      user.value = await client.users.me({ signal: alive.signal });
    } catch (error) {
      // Anything but a refusal is shown where the documents are listed; the name can wait.
      if (isApiError(error) && error.status === 401) leave(true);
    }
  };
  const leave = (byItself: boolean) =>
    batch(() => {
      ended.value = byItself && status.peek() === "in";
      status.value = "out";
      user.value = null;
    });
  const enter = () => {
    batch(() => {
      ended.value = false;
      farewell.value = null;
      status.value = "in";
    });
    void learn();
  };

  const stopListening = client.onSessionEnd(() => leave(true));
  if (status.peek() === "in") void learn();

  return {
    status,
    user,
    ended,
    farewell,
    async signIn(credentials) {
      await client.users.login(credentials);
      enter();
    },
    async register(credentials) {
      await client.users.register(credentials);
      await client.users.login(credentials);
      enter();
    },
    async signOut() {
      leave(false);
      // The tokens are forgotten here whatever the server says; it ends them when it hears of it.
      await client.users.logout().catch(() => undefined);
    },
    dispose() {
      stopListening();
      alive.abort();
    },
  };
}
