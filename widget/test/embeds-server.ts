// The local server with the embeds part of the contract, and the account's.
import type { Embed, EmbedUsage } from "@pagewise/sdk/contract";
import { type LibraryServer, startLibraryServer } from "./library-server.ts";

export interface EmbedsServer extends LibraryServer {
  embeds: Embed[];
  usage: Map<string, EmbedUsage["data"]>;
  /** The bodies of the calls that changed something, in order. */
  bodies: unknown[];
}

let made = 0;

export function anEmbed(name: string, more: Partial<Embed> = {}): Embed {
  const id = `0199eeee-0000-7000-8000-${String(++made).padStart(12, "0")}`;
  return {
    id,
    name,
    public_key: `pk_7Qm2rV0xT9cK4dW8nB1s${made}`,
    document_ids: [],
    allowed_origins: [],
    theme: { scheme: "auto", accent: null, marker: null },
    greeting: "What would you like to know?",
    starters: [],
    locale: null,
    daily_message_limit: 1000,
    visitor_message_limit: 100,
    address_message_limit: null,
    enabled: true,
    created_at: "2026-11-03T09:00:00.000Z",
    ...more,
  };
}

/** Fourteen days to 23 November. */
export const someDays = (questions: number[], refused: number[] = []): EmbedUsage["data"] =>
  questions.map((asked, at) => ({
    day: `2026-11-${String(at + 10).padStart(2, "0")}`,
    sessions: asked,
    questions: asked,
    refused: refused[at] ?? 0,
  }));

export async function startEmbedsServer(widgetDir: string | null = null): Promise<EmbedsServer> {
  const server: EmbedsServer = Object.assign(await startLibraryServer(widgetDir), {
    embeds: [],
    usage: new Map(),
    bodies: [],
  });
  const problem = { type: "about:blank", title: "That embed does not exist", status: 404, detail: "", request_id: "r" };
  const gone: [number, unknown] = [404, { ...problem, code: "embed-not-found" }];
  const one = (id: string | undefined) => server.embeds.find((embed) => embed.id === id);
  const page = (data: unknown[]) => ({ data, next_cursor: null });
  server.more.push(
    { line: /^GET \/embeds$/, answer: () => [200, page(server.embeds.toReversed())] },
    {
      line: /^POST \/embeds$/,
      answer: (_, body) => {
        server.bodies.push(body);
        const embed = anEmbed("", body as Partial<Embed>);
        server.embeds.push(embed);
        return [201, { ...embed, secret: `sk_${embed.id.slice(-4)}${"x7Kd".repeat(10)}` }];
      },
    },
    {
      line: /^POST \/embeds\/([^/]+)\/rotate-secret$/,
      answer: ([, id], body) => {
        server.bodies.push(body);
        const embed = one(id);
        return embed ? [200, { ...embed, secret: `sk_new${"q9Lm".repeat(10)}` }] : gone;
      },
    },
    {
      line: /^GET \/embeds\/([^/]+)\/usage$/,
      answer: ([, id]) => (one(id) ? [200, { data: server.usage.get(id ?? "") ?? [] }] : gone),
    },
    {
      line: /^GET \/embeds\/([^/]+)$/,
      answer: ([, id]) => {
        const embed = one(id);
        return embed ? [200, embed] : gone;
      },
    },
    {
      line: /^PATCH \/embeds\/([^/]+)$/,
      answer: ([, id], body) => {
        server.bodies.push(body);
        const embed = one(id);
        const { theme, ...rest } = body as Partial<Embed>;
        return embed ? [200, Object.assign(embed, rest, { theme: { ...embed.theme, ...theme } })] : gone;
      },
    },
    {
      line: /^DELETE \/embeds\/([^/]+)$/,
      answer: ([, id]) => {
        server.embeds = server.embeds.filter((embed) => embed.id !== id);
        return [204, null];
      },
    },
  );
  return server;
}
