// For each operation of the contract a call that succeeds, and more calls for the other answers that are no problems.
import { v7 as uuid } from "uuid";
import type { Call } from "./contract.ts";
import { another, examplePassword, newAddress, onHostPage, type Person, pdfForm, type Scene } from "./openapi-scene.ts";

export interface GoodCall {
  status: number;
  /** Makes what it needs, so that it can be made again and changed. */
  make(scene: Scene): Call | Promise<Call>;
}

type Make = GoodCall["make"];

const good = (status: number, make: Make = () => ({})): GoodCall => ({ status, make });
/** As somebody new, who is signed in. */
const signedIn =
  (make: (by: Person, scene: Scene) => Call | Promise<Call> = () => ({})): Make =>
  async (scene) => {
    const by = await scene.person();
    return { token: by.token, ...(await make(by, scene)) };
  };
const ofDocument = signedIn(async (by, { document }) => ({ path: { id: await document(by) } }));
const ofAnswer = signedIn(async (by, { answer }) => ({ path: { id: (await answer(by)).messageId } }));
const ofConversation = signedIn(async (by, { answer }) => ({ path: { id: (await answer(by)).conversationId } }));
const ofEmbed = signedIn(async (by, { embed }) => ({ path: { id: (await embed(by)).id } }));
const withHeaders =
  (headers: Record<string, string>, make: Make = () => ({})): Make =>
  async (scene) => ({ ...(await make(scene)), headers });
/** What may be kept: given, and then not given again. */
const kept = (make?: Make): GoodCall[] => [good(200, make), good(304, withHeaders({ "If-None-Match": "*" }, make))];

/** By an address that an answer gave, as an `<img>` or a link takes it. */
const addressed =
  (field: "file_url" | "thumbnail_url"): Make =>
  async (scene) => {
    const { body } = await scene.contract.call("getDocument", await ofDocument(scene));
    return { address: body[field] };
  };

const ofRefreshToken: Make = async ({ person }) => ({ body: { refresh_token: (await person()).refreshToken } });

const people: Record<string, GoodCall[]> = {
  register: [
    // The contract's own example, whose account signs in below.
    good(201),
    good(201, () => ({ body: { email: `${another("new")}@example.com`, password: examplePassword } })),
  ],
  login: [good(200)],
  refresh: [good(200, ofRefreshToken)],
  logout: [good(204, ofRefreshToken)],
  getAccount: [good(200, signedIn())],
  changePassword: [good(204, signedIn())],
  endSessions: [good(204, signedIn())],
  listActivity: [good(200, signedIn())],
  deleteAccount: [good(204, signedIn())],
};

const documents: Record<string, GoodCall[]> = {
  uploadDocument: [
    good(
      200,
      signedIn(async (by, { contract }) => {
        const twice = { form: pdfForm() };
        await contract.call("uploadDocument", { token: by.token, ...twice });
        return twice;
      }),
    ),
    good(
      202,
      signedIn(() => ({ form: pdfForm() })),
    ),
  ],
  getUsage: [good(200, ofDocument)],
  listDocuments: [
    good(200, ofDocument),
    good(
      200,
      signedIn(() => ({ query: [["limit", "2"]] })),
    ),
  ],
  watchDocuments: [
    good(
      200,
      signedIn(() => ({ events: 1 })),
    ),
  ],
  getDocumentFile: [
    good(200, addressed("file_url")),
    good(206, withHeaders({ Range: "bytes=0-9" }, ofDocument)),
    ...kept(ofDocument),
  ],
  getPagePicture: [
    good(200, addressed("thumbnail_url")),
    ...kept(
      signedIn(async (by, { document }) => ({ path: { id: await document(by), n: "1" }, query: [["width", "160"]] })),
    ),
  ],
  getDocument: [good(200, ofDocument)],
  renameDocument: [good(200, ofDocument)],
  deleteDocument: [good(204, ofDocument)],
  retryDocument: [
    good(
      202,
      signedIn(async (by, { document }) => ({
        path: { id: await document(by, { status: "failed", error_code: "internal-error" }) },
      })),
    ),
  ],
};

const chat: Record<string, GoodCall[]> = {
  ask: [
    good(200, async ({ visitor }) => ({ token: (await visitor()).token, headers: onHostPage })),
    good(
      200,
      signedIn(async (by, { readable }) => {
        await readable(by);
        return {};
      }),
    ),
  ],
  regenerate: [good(200, ofAnswer)],
  followAnswer: [good(200, withHeaders({ "Last-Event-ID": "2" }, ofAnswer)), good(200, ofAnswer)],
  stopAnswer: [
    good(
      204,
      signedIn(async (by, { writing }) => ({ path: { id: (await writing(by)).messageId } })),
    ),
  ],
  giveFeedback: [good(204, ofAnswer)],
  listConversations: [good(200, ofAnswer)],
  getConversation: [good(200, ofConversation)],
  listMessages: [good(200, ofConversation)],
  renameConversation: [good(200, ofConversation)],
  deleteConversation: [good(204, ofConversation)],
  exportConversation: [
    good(200, async (scene) => ({ ...(await ofConversation(scene)), query: [["format", "json"]] })),
    good(200, ofConversation),
  ],
};

const embeds: Record<string, GoodCall[]> = {
  createEmbed: [good(201, signedIn())],
  listEmbeds: [good(200, ofEmbed)],
  getEmbed: [good(200, ofEmbed)],
  changeEmbed: [good(200, ofEmbed)],
  deleteEmbed: [good(204, ofEmbed)],
  getEmbedUsage: [good(200, ofEmbed)],
  rotateEmbedSecret: [good(200, ofEmbed)],
  beginVisitorSession: [
    good(200, async ({ person, embed }) => ({
      path: { public_key: (await embed(await person())).public_key },
      headers: { ...onHostPage, ...newAddress() },
    })),
  ],
};

const endings = ["css", "js", "json", "pdf", "png", "svg", "webp", "woff2"];

const rest: Record<string, GoodCall[]> = {
  getPage: kept(),
  getIcon: kept(),
  getLoader: kept(),
  getWidgetFile: endings.flatMap((ending) => kept(() => ({ path: { path: `sub/app.${ending}` } }))),
  getLiveness: [good(200)],
  getReadiness: [good(200)],
  getOpenApi: kept(),
  getDocs: kept(),
  getDocsStyle: kept(),
};

/** Of answers that are named, what no call here brings about. */
export const elsewhere = new Map([["getPagePicture 200 image/png", "of a renderer that cannot write WebP"]]);

/** By operation; problems are made of the last call of each. */
export const goodCalls: Record<string, GoodCall[]> = { ...people, ...documents, ...chat, ...embeds, ...rest };

export const unknownId = uuid();
