// The product with people, documents, conversations and an embed in it, for calls of every operation of the contract.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type GeminiReply, type GeminiServer, startGeminiServer } from "../../adapters/test/gemini-server.ts";
import { DocumentModel } from "../../models/document.ts";
import type { EmbedModel } from "../../models/embed.ts";
import { type Api, startApi } from "../../test/api.ts";
import { addDocument } from "../../test/library.ts";
import { makePdf } from "../../test/pdf.ts";
import { addEmbed, addVisitor, hostPage, type TestVisitor } from "../../test/visitors.ts";
import { type Call, type Contract, contractOf } from "./contract.ts";

/** What the examples of the contract say a password is. */
export const examplePassword = "correct horse battery";

/** Whoever calls: each is new, so that no call finds what another left, or its limits used up. */
export interface Person {
  userId: string;
  email: string;
  token: string;
  refreshToken: string;
}

export interface Scene {
  api: Api;
  contract: Contract;
  person(): Promise<Person>;
  /** A document as an upload leaves it, then with `values`. */
  document(by: Person, values?: Partial<DocumentModel>): Promise<string>;
  /** One to be asked about, without a file. */
  readable(by: Person): Promise<string>;
  /** An answer that is complete, in a conversation of its own. */
  answer(by: Person): Promise<Asked>;
  /** One that is being written until somebody stops it. */
  writing(by: Person): Promise<Asked>;
  embed(by: Person): Promise<EmbedModel>;
  /** Of an embed of their own, on a page at `hostPage`. */
  visitor(): Promise<TestVisitor>;
  close(): Promise<void>;
}

interface Asked {
  messageId: string;
  conversationId: string;
}

let made = 0;
/** As the proxy in front tells it: each has its own count of registrations. */
export const newAddress = () => ({ "X-Forwarded-For": `10.${++made >> 8}.${made & 255}.1` });

/** @returns a name that no other call gets */
export const another = (of: string) => `${of}-${++made}`;

export function pdfForm(text = another("page"), name = "annual-report.pdf"): FormData {
  const form = new FormData();
  form.append("file", new Blob([new Uint8Array(makePdf([text]))]), name);
  return form;
}

const limits = {
  ...{ QUESTIONS_PER_MINUTE: "3", UPLOADS_PER_HOUR: "3", MAX_UPLOAD_MB: "1", DOCUMENTS_PER_USER: "2" },
  ...{ LOGIN_ATTEMPTS: "3", REGISTRATIONS_PER_HOUR: "3", STREAMS_PER_USER: "2", TRUST_PROXY: "1" },
  SESSIONS_PER_MINUTE: "3",
};

const answered = (): GeminiReply => ({ kind: "answer", texts: ["It is 4.2 million [1]."] });

export async function openScene(): Promise<Scene> {
  const gemini = await startGeminiServer();
  gemini.reply(answered());
  const widget = await builtWidget();
  const model = { GEMINI_API_KEY: "key", GEMINI_MODEL: "gemini-test", GEMINI_BASE_URL: gemini.baseUrl };
  const api = await startApi({ env: { ...limits, ...model }, services: { widgetDir: widget } });
  const contract = await contractOf(api);
  return {
    api,
    contract,
    ...createMakers(api, contract, gemini),
    async close() {
      await api.close();
      await gemini.close();
      await rm(widget, { recursive: true, force: true });
    },
  };
}

function createMakers(api: Api, contract: Contract, gemini: GeminiServer) {
  const { db } = api.services;
  const person: Scene["person"] = async () => {
    const credentials = { email: `${another("somebody")}@example.com`, password: examplePassword };
    const { body: user } = await contract.call("register", { body: credentials, headers: newAddress() });
    const { body } = await contract.call("login", { body: credentials });
    return { userId: user.id, email: user.email, token: body.access_token, refreshToken: body.refresh_token };
  };
  const readable = ({ userId }: Person) =>
    addDocument(db, userId, { title: another("Budget"), pages: ["The budget was decided: it is 4.2 million."] });
  const embed = async (by: Person) => addEmbed(api.services, by.userId, { document_ids: [await readable(by)] });
  const ask = async (by: Person, call: Call = {}): Promise<Asked> => {
    await readable(by);
    const { events } = await contract.call("ask", { token: by.token, ...call });
    const start = events[0]?.data as { message_id: string; conversation_id: string };
    return { messageId: start.message_id, conversationId: start.conversation_id };
  };
  return {
    ...{ person, readable, embed },
    async document(by: Person, values: Partial<DocumentModel> = {}) {
      const { body } = await contract.call("uploadDocument", { form: pdfForm(), token: by.token });
      if (Object.keys(values).length > 0) await DocumentModel.query(db).findById(body.document_id).patch(values);
      return body.document_id as string;
    },
    answer: (by: Person) => ask(by),
    async writing(by: Person) {
      gemini.reply({ kind: "silence", texts: ["The budget "] });
      const started = await ask(by, { events: 1 });
      gemini.reply(answered());
      return started;
    },
    visitor: async () => addVisitor(api.services, await embed(await person())),
  };
}

export const onHostPage = { Origin: hostPage };

/** What the build makes, in small. */
async function builtWidget(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "pagewise-widget-"));
  await mkdir(join(folder, "sub"));
  const files = { "index.html": "<!doctype html>", "widget.js": "0", "favicon.svg": "<svg/>", "sub/app.css": "a{}" };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  for (const ending of ["js", "json", "pdf", "png", "svg", "webp", "woff2"])
    await writeFile(join(folder, `sub/app.${ending}`), "0");
  return folder;
}
