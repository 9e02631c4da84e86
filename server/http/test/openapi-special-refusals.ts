// Calls that are refused for what only one operation knows: by the operation and the problem that it answers.
import { v7 as uuid } from "uuid";
import { ConversationModel } from "../../models/conversation.ts";
import { DocumentModel } from "../../models/document.ts";
import { EmbedModel } from "../../models/embed.ts";
import { hostPage } from "../../test/visitors.ts";
import { pageUrl } from "../present.ts";
import type { Call } from "./contract.ts";
import { unknownId } from "./openapi-calls.ts";
import { json, onOtherPage, type Refused } from "./openapi-refusals.ts";
import { examplePassword, newAddress, type Person, pdfForm, type Scene } from "./openapi-scene.ts";

/** By somebody new. */
const by =
  (make: (by: Person, scene: Scene) => Call | Promise<Call>): Refused =>
  async (scene) => {
    const person = await scene.person();
    return { token: person.token, ...(await make(person, scene)) };
  };

/** The same call, until it is refused. */
const repeated =
  (operation: string, make: Refused): Refused =>
  async (scene, attempt) => {
    const call = await make(scene, attempt);
    for (let times = 0; times < 10; times++)
      if ((await scene.contract.call(operation, call)).status === 429) return call;
    throw new Error(`${operation} is not limited`);
  };

/** What is asked for with a key, and then something else with the same key. */
const keyUsedTwice =
  (operation: string, other: (first: Call) => Call): Refused =>
  async ({ contract }, { good }) => {
    const first = { ...(await good()), headers: { "Idempotency-Key": "once" } };
    await contract.call(operation, first);
    return other(first);
  };
const ofAnother = (first: Call): Call => ({ ...first, path: { id: unknownId } });

/** A form in which the file is not what it should be, or not where. */
function form(...parts: [name: string, content: string, filename?: string][]): FormData {
  const made = new FormData();
  for (const [name, content, filename] of parts)
    if (filename === undefined) made.append(name, content);
    else made.append(name, new Blob([content]), filename);
  return made;
}

const noPdf = by(() => ({ form: form(["file", "no PDF", "a.pdf"]) }));
const wrongPassword = "not the password";
const wrongDeletion = by(() => ({ body: { password: wrongPassword } }));
const wrongChange = by(() => ({ body: { current_password: wrongPassword, new_password: "battery staple correct" } }));
const wrongLogin = by(({ email }) => ({ body: { email, password: wrongPassword } }));

const people: Record<string, Refused> = {
  "register email-taken": by(({ email }) => ({ body: { email: email.toUpperCase(), password: examplePassword } })),
  "register too-many-requests": repeated("register", () => ({
    body: { email: "grace@example.com", password: examplePassword },
    headers: newAddress(),
  })),
  "login invalid-credentials": wrongLogin,
  "login too-many-attempts": repeated("login", wrongLogin),
  "refresh unauthorized": () => ({ body: { refresh_token: "nobody's" } }),
  "changePassword invalid-credentials": wrongChange,
  "changePassword too-many-attempts": repeated("changePassword", wrongChange),
  "deleteAccount invalid-credentials": wrongDeletion,
  "deleteAccount too-many-attempts": repeated("deleteAccount", wrongDeletion),
};

const documents: Record<string, Refused> = {
  "uploadDocument file-too-large": by(() => ({ form: form(["file", "x".repeat(1.1 * 1024 * 1024), "a.pdf"]) })),
  "uploadDocument not-a-pdf": noPdf,
  "uploadDocument file-missing": by(() => ({ form: form(["other", "text"]) })),
  "uploadDocument too-many-files": by(() => {
    const two = pdfForm();
    two.append("file", new Blob(["%PDF-1.7 another"]), "b.pdf");
    return { form: two };
  }),
  "uploadDocument malformed-request": by(() => json("no parts", "multipart/form-data")),
  "uploadDocument unsupported-media-type": by(() => json("{}")),
  "uploadDocument body-too-large": by(() => ({ form: form(["note", "x".repeat(70_000)], ["file", "%PDF-1.7", "a"]) })),
  "uploadDocument library-full": by(async (person, { readable }) => {
    for (let kept = 0; kept < 2; kept++) await readable(person);
    return { form: pdfForm() };
  }),
  "uploadDocument idempotency-mismatch": keyUsedTwice("uploadDocument", (first) => ({ ...first, form: pdfForm() })),
  "uploadDocument too-many-requests": repeated("uploadDocument", noPdf),
  "watchDocuments too-many-requests": by(manyStreams),
  "getDocumentFile range-not-satisfiable": by(async (person, { document }) => ({
    path: { id: await document(person) },
    headers: { Range: "bytes=99999999-" },
  })),
  "getPagePicture not-found": by(async (person, { document }) => ({ path: { id: await document(person), n: "0" } })),
  "getPagePicture origin-not-allowed": async ({ visitor, api }) => {
    const reader = { visitorId: (await visitor()).id, origin: hostPage, conversationId: unknownId };
    return { address: pageUrl(api.services, reader, { documentId: unknownId, page: 1 }), headers: onOtherPage };
  },
  "retryDocument not-failed": by(async (person, { document }) => ({ path: { id: await document(person) } })),
  "retryDocument idempotency-mismatch": keyUsedTwice("retryDocument", ofAnother),
  "getWidgetFile not-found": () => ({ path: { path: "sub/absent.js" } }),
};

const asking = (body: object): Call => ({ body: { message: "What was decided?", ...body } });

/** As many as one may have open, which stay so. */
async function manyStreams({ token }: Person, { api }: Scene): Promise<Call> {
  for (let open = 0; open < 2; open++) await api.request("/documents/events", { token });
  return {};
}

const chat: Record<string, Refused> = {
  "ask document-not-found": by(() => asking({ document_ids: [unknownId] })),
  "ask conversation-not-found": by(() => asking({ conversation_id: unknownId })),
  "ask document-not-ready": by(async (person, { document }) => asking({ document_ids: [await document(person)] })),
  "ask no-documents": by(() => ({})),
  "ask conversation-busy": by(async (person, { writing }) =>
    asking({ conversation_id: (await writing(person)).conversationId }),
  ),
  // What the key has made is gone.
  "ask not-found": async ({ contract, api }, { good }) => {
    const first = { ...(await good()), headers: { "Idempotency-Key": "once" } };
    await contract.call("ask", first);
    await ConversationModel.query(api.services.db).delete();
    return first;
  },
  "ask idempotency-mismatch": keyUsedTwice("ask", (first) => ({ ...first, ...asking({}) })),
  "ask too-many-requests": repeated("ask", (_scene, { good }) => good()),
  "followAnswer too-many-requests": by(async (person, scene) => {
    const { messageId } = await scene.answer(person);
    return { ...(await manyStreams(person, scene)), path: { id: messageId } };
  }),
  "regenerate no-documents": by(async (person, { answer, api }) => {
    const { messageId } = await answer(person);
    await DocumentModel.query(api.services.db).delete().where({ user_id: person.userId });
    return { path: { id: messageId } };
  }),
  "regenerate conversation-busy": by(async (person, { writing }) => ({
    path: { id: (await writing(person)).messageId },
  })),
  "regenerate idempotency-mismatch": keyUsedTwice("regenerate", ofAnother),
  "regenerate too-many-requests": repeated("regenerate", (_scene, { good }) => good()),
};

const embeds: Record<string, Refused> = {
  "createEmbed document-not-found": by(() => ({ body: { name: "A", document_ids: [unknownId] } })),
  "changeEmbed document-not-found": by(async (person, { embed }) => ({
    path: { id: (await embed(person)).id },
    body: { document_ids: [unknownId] },
  })),
  "createEmbed idempotency-mismatch": keyUsedTwice("createEmbed", (first) => ({ ...first, body: { name: "Other" } })),
  "rotateEmbedSecret idempotency-mismatch": keyUsedTwice("rotateEmbedSecret", ofAnother),
  "createEmbed too-many-embeds": by(async (person, { embed, api }) => {
    const first = (await embed(person)).$toDatabaseJson();
    const rows = Array.from({ length: 250 }, () => ({ ...first, id: uuid(), public_key: `pk_${uuid()}` }));
    await EmbedModel.query(api.services.db).insert(rows as unknown as EmbedModel[]);
    return {};
  }),
};

/** A session that would begin, but for this. */
const session =
  (fault: Call): Refused =>
  async (_scene, { good }) => {
    const call = await good();
    return { ...call, ...fault, headers: { ...call.headers, ...fault.headers } };
  };

const sessions: Record<string, Refused> = {
  "beginVisitorSession origin-not-allowed": session({ headers: { Origin: "https://elsewhere.example" } }),
  "beginVisitorSession identity-invalid": session({ body: { identity_token: "no token" } }),
  "beginVisitorSession invalid-request": session({ body: 5 }),
  "beginVisitorSession malformed-request": session(json("{")),
  "beginVisitorSession unsupported-media-type": session(json("{}", "text/plain")),
  "beginVisitorSession body-too-large": session(json(JSON.stringify("x".repeat(200_000)))),
  "beginVisitorSession too-many-requests": repeated("beginVisitorSession", (_scene, { good }) => good()),
};

export const special: Record<string, Refused> = { ...people, ...documents, ...chat, ...embeds, ...sessions };
