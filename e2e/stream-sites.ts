// The built product with a language model's server of its own, one account and one document: for tests of its streams.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Client, createClient, type Message, memoryTokens } from "@pagewise/sdk";
import type { ModelServer } from "../server/adapters/test/model-server.ts";
import { baseUrlOf, startOpenAiServer } from "../server/adapters/test/openai-server.ts";
import { makePdf, prose } from "../server/test/pdf.ts";
import { type Running, run } from "./compose.ts";
import { type Place, readOnce } from "./cut-readers.ts";
import { freePort, root, until } from "./product.ts";

export interface Site {
  running: Running;
  place: Place;
  client: Client;
  model: ModelServer;
  close(): Promise<void>;
}

export interface SiteOptions {
  dataDir: string;
  env?: Record<string, string>;
  /** Its role; none: all of them. */
  args?: string[];
  /** Another process of the same product, which has the account and the document. */
  like?: Site;
}

export async function startSite({ dataDir, env, args = [], like }: SiteOptions): Promise<Site> {
  const [port, model] = await Promise.all([freePort(), startOpenAiServer(), mkdir(dataDir, { recursive: true })]);
  const settings = {
    ...{ PATH: process.env.PATH ?? "", PORT: String(port), DATA_DIR: dataDir, OPENAI_MODEL: "test" },
    ...{ OPENAI_BASE_URL: baseUrlOf(model), BCRYPT_COST: "4", LOG_LEVEL: "warn", QUESTIONS_PER_MINUTE: "0" },
    ...{ STREAMS_PER_USER: "0" },
  };
  const running = await run(["node", join(root, "dist/main.js"), ...args], { ...settings, ...env }, /ready at/);
  const url = `http://127.0.0.1:${port}`;
  const token = like?.place.token ?? (await signIn(url));
  const client = clientAt({ url, token });
  if (!like) await addDocument(client);
  const close = async () => {
    await Promise.all([running.stop("SIGKILL"), model.close()]);
  };
  return { running, model, client, place: { url, token }, close };
}

export const clientAt = ({ url, token }: Place) =>
  createClient({ baseUrl: url, getToken: async () => token, backoffMs: 20 });

async function signIn(baseUrl: string): Promise<string> {
  const tokens = memoryTokens();
  const { users } = createClient({ baseUrl, tokens });
  const credentials = { email: "reader@example.com", password: "correct horse battery" };
  await users.register(credentials);
  await users.login(credentials);
  return tokens.get()?.access_token ?? "";
}

async function addDocument({ documents }: Client): Promise<void> {
  const bytes = new Uint8Array(makePdf([prose("pump"), prose("cellar")]));
  const { document_id } = await documents.upload(new Blob([bytes]), { filename: "pump.pdf" });
  await until("the document", async () => (await documents.get(document_id)).status === "ready");
}

export interface Asked {
  id: string;
  conversation: string;
}

/** Asks, and leaves as soon as the answer has an id. */
export async function ask({ place }: Site): Promise<Asked> {
  const body = { message: "What is said of the pump?" };
  const [start] = (await readOnce(place, "/chat", { body, cutAt: 400 })).events;
  if (start?.event !== "start") throw new Error("an answer begins with start");
  return { id: start.data.message_id, conversation: start.data.conversation_id };
}

export async function stored({ client }: Site, { id, conversation }: Asked): Promise<Message> {
  const { data } = await client.conversations.messages(conversation);
  const message = data.find((one) => one.id === id);
  if (!message) throw new Error("the message is not in its conversation");
  return message;
}

export function finished(site: Site, asked: Asked): Promise<Message> {
  return until("the answer's end", async () => {
    const message = await stored(site, asked);
    return message.status !== "streaming" && message;
  });
}
