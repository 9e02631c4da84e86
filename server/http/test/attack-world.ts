// People with something to lose and something to guess: who sends generated requests, and what each of them knows.
import { ConversationModel, MessageModel } from "../../models/conversation.ts";
import { DocumentModel } from "../../models/document.ts";
import type { Api, SignedIn } from "../../test/api.ts";
import { addDocument } from "../../test/library.ts";

export interface Ids {
  documents: string[];
  conversations: string[];
  messages: string[];
  embeds: string[];
  publicKeys: string[];
}

export interface Attacker {
  kind: "user" | "visitor" | "nobody";
  /** Sends what ends a sign-in, so that the others stay who they are. */
  expendable: boolean;
  token: string | null;
  ids: Ids;
  /** @returns a value that a field of this name takes from this attacker, undefined where none is known */
  known(field: string, unique: () => string): unknown;
  /** Signs in again where that has ended, and makes anew what is used up. */
  recover(): Promise<void>;
}

const wanted = 6;
/** Where every embed may stand. */
export const site = "https://site.example";
const page = "Fees\nThe annual fee of the harbour is 420 pounds.\nBoats pay by the metre.";
export const noIds = (): Ids => ({ documents: [], conversations: [], messages: [], embeds: [], publicKeys: [] });

export function userAttacker(api: Api, { expendable = false } = {}): Attacker {
  let person: SignedIn | null = null;
  const attacker: Attacker = {
    kind: "user",
    expendable,
    token: null,
    ids: noIds(),
    known(field, unique) {
      const { documents, conversations } = attacker.ids;
      const values: Record<string, unknown> = {
        email: person?.email,
        password: person?.password,
        current_password: person?.password,
        new_password: person?.password,
        refresh_token: person?.tokens.get()?.refresh_token,
        document_ids: documents.slice(0, 2),
        conversation_id: conversations.at(-1),
        allowed_origins: [site],
        locale: "de",
        enabled: true,
      };
      return field === "email" && unique().endsWith("1") ? `new-${unique()}@example.com` : values[field];
    },
    async recover() {
      const alive = person && (await api.request("/users/me", { token: person.accessToken() })).status === 200;
      if (!person || !alive) person = await api.register();
      attacker.token = person.accessToken();
      await refill(api, person, attacker.ids);
    },
  };
  return attacker;
}

/** A visitor of an embed of `host`'s, who has asked something. */
export function visitorAttacker(api: Api, host: Attacker): Attacker {
  let visitorId: string | undefined;
  const attacker: Attacker = {
    kind: "visitor",
    expendable: false,
    token: null,
    ids: noIds(),
    known(field) {
      const { documents, conversations } = attacker.ids;
      const values: Record<string, unknown> = {
        visitor_id: visitorId,
        document_ids: documents.slice(0, 1),
        conversation_id: conversations.at(-1),
      };
      return values[field];
    },
    async recover() {
      const token = attacker.token ?? "";
      const alive = (await api.request("/conversations", { token })).status === 200;
      if (!alive) {
        const [key] = host.ids.publicKeys;
        const body = visitorId === undefined ? {} : { visitor_id: visitorId };
        const begun = await api.request(`/embeds/${key}/session`, { body, headers: { Origin: site } });
        const session = (await begun.json()) as { access_token: string; visitor_id: string };
        attacker.token = session.access_token;
        visitorId = session.visitor_id;
      }
      await refillVisitor(api, attacker, host);
    },
  };
  return attacker;
}

async function refillVisitor(api: Api, { token, ids }: Attacker, host: Attacker): Promise<void> {
  const init = token === null ? {} : { token };
  const read = async (path: string) => {
    const response = await api.request(path, init);
    return ((await response.json()) as { data: { id: string }[] }).data.map(({ id }) => id);
  };
  ids.documents = host.ids.documents.slice(0, 3);
  ids.conversations = await read("/conversations");
  if (ids.conversations.length < 3) {
    await (await api.request("/chat", { ...init, body: { message: "What is the annual fee?" } })).text();
    ids.conversations = await read("/conversations");
  }
  ids.messages = [];
  for (const id of ids.conversations.slice(0, 3)) ids.messages.push(...(await read(`/conversations/${id}/messages`)));
  ids.publicKeys = host.ids.publicKeys;
}

/** Knows no more than an address and a made-up credential. */
export function nobody(token: string | null, ids: Ids): Attacker {
  return { kind: "nobody", expendable: false, token, ids, known: () => undefined, recover: async () => {} };
}

async function refill({ services: { db } }: Api, { client, userId }: SignedIn, ids: Ids): Promise<void> {
  const documents = DocumentModel.query(db).modify("live").where({ user_id: userId }).select("id").limit(15);
  const ready = (await documents.clone().where({ status: "ready" })).map(({ id }) => id);
  while (ready.length < wanted)
    ready.push(await addDocument(db, userId, { title: "Harbour fees", pages: [page, page] }));
  const waiting = (await documents.clone().whereNot({ status: "ready" }).limit(5)).map(({ id }) => id);
  ids.documents = [...ready, ...waiting];
  const conversations = ConversationModel.query(db).where({ user_id: userId }).orderBy("id", "desc").limit(20);
  ids.conversations = (await conversations.clone().select("id")).map(({ id }) => id);
  if (ids.conversations.length < wanted) {
    await client.chat.ask({ message: "What is the annual fee?", document_ids: ready.slice(0, 2) }).final();
    ids.conversations = (await conversations.clone().select("id")).map(({ id }) => id);
  }
  ids.embeds = (await client.embeds.list()).data.map(({ id }) => id).slice(0, 20);
  while (ids.embeds.length < 3) ids.embeds.push((await client.embeds.create({ name: "Help" })).id);
  // The newest may be used by visitors, whatever was done to it.
  const reach = { enabled: true, allowed_origins: [site], document_ids: ready.slice(0, 3), daily_message_limit: null };
  const { public_key } = await client.embeds.update(ids.embeds[0] ?? "", { ...reach, visitor_message_limit: null });
  ids.publicKeys = [public_key];
  const messages = MessageModel.query(db).whereIn("conversation_id", ids.conversations).orderBy("id", "desc").limit(20);
  ids.messages = (await messages.select("id")).map(({ id }) => id);
}
