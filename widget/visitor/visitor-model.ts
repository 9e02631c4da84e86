// Who is there on a host page, and what the embed's owner made of it: a new person finds nothing of the one before.
import { createVisitorClient, localStorageVisitor, memoryVisitor } from "@pagewise/sdk";
import type { EmbedSession } from "@pagewise/sdk/contract";
import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { IdentityToken, VisitorOptions } from "../api.ts";
import type { ShellModel } from "../shell-model.ts";
import { refusalsTold } from "./explain.ts";
import { claimsPart, hear, storageName, subjectOf } from "./persons.ts";
import { createVisitorTalk, type VisitorTalk } from "./visitor-talk.ts";

/** What the owner chose: name, greeting, starters, theme, locale. */
export type EmbedFace = EmbedSession["embed"];

type VisitorState = { is: "opening" } | { is: "in"; talk: VisitorTalk } | { is: "out"; error: unknown };

export interface VisitorModel {
  state: ReadonlySignal<VisitorState>;
  /** null until the server, or a draft, has said. */
  face: ReadonlySignal<EmbedFace | null>;
  /** Nothing can be asked: there is no embed behind it yet. */
  silent: boolean;
  /** After a failure. */
  again(): void;
  /** Another person, or, with null, whoever it is. */
  identify(next: IdentityToken | null): void;
  dispose(): void;
}

interface VisitorDeps {
  options: VisitorOptions;
  shell: ShellModel;
  face: Signal<EmbedFace | null>;
}

export function createVisitorModel({ options, shell, face }: VisitorDeps): VisitorModel {
  const { server, key, draft } = options;
  const name = storageName(server, key);
  const store = draft ? memoryVisitor() : localStorageVisitor(name);
  const state = signal<VisitorState>({ is: "opening" });
  let identity = options.identityToken ? askerOf(options.identityToken) : null;
  let subject: string | null = null;
  /** Since the page last said who is there, a token has. */
  let isNamed = false;
  let end = () => {};

  /** @param heard another tab's word made it so: it is not passed on, lest two tabs answer each other for ever. */
  function begin({ heard }: { heard: boolean }): void {
    end();
    subject = null;
    const ask = identity;
    const returning = !draft && (ask !== null || store.get() !== null);
    let gone = false;
    const client = createVisitorClient({
      baseUrl: server,
      embedKey: key ?? "",
      fetch: refusalsTold(server, key ?? ""),
      // A session that comes too late leaves nothing behind.
      visitor: { get: store.get, set: (id) => gone || store.set(id) },
      identityToken:
        ask === null
          ? undefined
          : async () => {
              const token = await ask();
              // Whoever was named does not become anonymous because a sign-in has run out: no token is not the same as nobody.
              if (token === null && !isNamed) return token;
              isNamed = true;
              const claims = claimsPart(token ?? "");
              const next = subjectOf(claims);
              if (token && next !== subject && !heard) tabs.say(claims);
              subject = next;
              return token ?? "";
            },
    });
    const stop = client.onSessionEnd(() => begin({ heard: false }));
    let talk: VisitorTalk | null = null;
    end = () => {
      gone = true;
      stop();
      talk?.dispose();
      shell.clearToasts();
    };
    const enter = (next: EmbedFace) => {
      if (gone) return;
      const locale = options.locale ?? next.locale ?? document.documentElement.lang;
      batch(() => {
        face.value = next;
        talk = createVisitorTalk({ shell, client, locale, returning });
        state.value = { is: "in", talk };
      });
    };
    state.value = { is: "opening" };
    if (draft) enter(face.peek() ?? draft);
    else
      client.embed().then(enter, (error) => {
        if (!gone) state.value = { is: "out", error };
      });
  }

  const tabs = hear(name, (other) => {
    if (other === null || other !== subject) begin({ heard: true });
  });
  begin({ heard: false });

  return {
    state,
    face,
    silent: key === null,
    again: () => begin({ heard: false }),
    identify(next) {
      if (!identity && !next) return;
      if (identity) tabs.say(null);
      identity = next ? askerOf(next) : null;
      isNamed = false;
      begin({ heard: false });
    },
    dispose() {
      end();
      tabs.close();
    },
  };
}

/** A token written into the page serves once; who stays longer has to be named again. */
function askerOf(identity: IdentityToken): () => Promise<string | null> {
  if (typeof identity === "function") return identity;
  let left = identity;
  return async () => {
    const token = left;
    left = "";
    return token;
  };
}
