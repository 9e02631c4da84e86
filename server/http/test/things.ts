// What somebody has to lose, and the requests that ask for it.
import { DocumentModel } from "../../models/document.ts";
import type { Api, SignedIn } from "../../test/api.ts";
import { makePdf } from "../../test/pdf.ts";
import type { OperationSpec } from "../operation.ts";
import type { Row } from "./whose-table.ts";

/** What the owner has to lose, by what it is called in the rows. */
export interface Things {
  document: string;
  conversation: string;
  answer: string;
  question: string;
  embed: string;
  publicKey: string;
  email: string;
  password: string;
}

/** Where the embeds may stand. */
const site = "https://site.example";

/** @param words stand in the document, its names and what is asked of it */
export async function makeThings(api: Api, { client, email, password }: SignedIn, words: string): Promise<Things> {
  const pdf = makePdf([`${words}\nThe annual fee of the harbour is 420 pounds.`], { title: words });
  const file = new Blob([new Uint8Array(pdf), crypto.randomUUID()]);
  const { document_id } = await client.documents.upload(file, { filename: `${words}.pdf` });
  const ready = { status: "ready", pages: 1, ready_run: document_id } as const;
  await DocumentModel.query(api.services.db).findById(document_id).patch(ready);
  await client.chat.ask({ message: `What is in the ${words}?`, document_ids: [document_id] }).final();
  const conversation = (await client.conversations.list()).data[0]?.id ?? "";
  const { data } = await client.conversations.messages(conversation);
  const idOf = (role: string) => data.find((message) => message.role === role)?.id ?? "";
  const embed = await client.embeds.create({
    name: words,
    greeting: words,
    document_ids: [document_id],
    allowed_origins: [site],
  });
  return {
    document: document_id,
    conversation,
    answer: idOf("assistant"),
    question: idOf("user"),
    embed: embed.id,
    publicKey: embed.public_key,
    email,
    password,
  };
}

/** The requests of one row: its path with what it names put in, once for each of its bodies. */
export function requestsOf(operation: OperationSpec, row: Row, named: Things, beside: Things) {
  const path = operation.path.replace(/:(\w+)|\{\*\w+\}/g, (_, name) => {
    const thing = row.path?.[name];
    return thing ? ((named as unknown as Record<string, string>)[thing] ?? thing) : "nothing";
  });
  return (row.bodies?.(named, beside) ?? [undefined]).map((body) => ({ path, body }));
}

export async function send(
  api: Api,
  { method, file }: OperationSpec,
  { path, body }: { path: string; body: unknown },
  token: string | undefined,
) {
  const left = new AbortController();
  const init = { method: method.toUpperCase(), token, signal: left.signal };
  const form = new FormData();
  if (file) form.set(file.field, new Blob([new Uint8Array(makePdf(["My own page"]))]), "mine.pdf");
  const response = file
    ? await fetch(api.url + path, { ...init, body: form, headers: token ? { Authorization: `Bearer ${token}` } : {} })
    : await api.request(path, { ...init, body });
  const endless = path === "/documents/events" && response.status === 200;
  const text = endless ? await firstOf(response) : await response.text();
  left.abort();
  return { status: response.status, headers: response.headers, text };
}

/** What a stream without an end begins with. */
async function firstOf(response: Response): Promise<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (reader && !text.includes("event: snapshot")) text += (await reader.read()).value ?? "";
  return text;
}

export interface Visit {
  token: string;
  /** What the visitor has asked, and got. */
  conversation: string;
  answer: string;
  question: string;
}

/** A visitor of an embed, who has asked something. */
export async function makeVisit(api: Api, publicKey: string): Promise<Visit> {
  const init = { method: "POST", headers: { Origin: site } };
  const begun = await api.request(`/embeds/${publicKey}/session`, { ...init, body: {} });
  const { access_token: token } = (await begun.json()) as { access_token: string };
  await (await api.request("/chat", { body: { message: "What is the annual fee of the harbour?" }, token })).text();
  const read = async <T>(path: string) => (await (await api.request(path, { token })).json()) as { data: T[] };
  const [conversation] = (await read<{ id: string }>("/conversations")).data;
  const { data } = await read<{ id: string; role: string }>(`/conversations/${conversation?.id}/messages`);
  const idOf = (role: string) => data.find((message) => message.role === role)?.id ?? "";
  return { token, conversation: conversation?.id ?? "", answer: idOf("assistant"), question: idOf("user") };
}
