// The wire of embeds, and of the sessions that visitors begin by them: types only.
import type { Id, Timestamp } from "./contract-basics.ts";

export interface EmbedTheme {
  /** `auto` follows the visitor's system. */
  scheme: "light" | "dark" | "auto";
  /** Colours as `#rrggbb`; null: Pagewise's own. */
  accent: string | null;
  marker: string | null;
}

export interface Embed {
  id: Id;
  name: string;
  /** `pk_…`: names the embed in a page, where everybody can read it. */
  public_key: string;
  document_ids: Id[];
  /** Exact: scheme, host and port. Empty: nowhere. */
  allowed_origins: string[];
  theme: EmbedTheme;
  greeting: string;
  starters: string[];
  /** A BCP 47 tag; null: the page's. */
  locale: string | null;
  /** Questions in a day (UTC) by all, by one visitor, and by all anonymous visitors of one address; null: no limit. */
  daily_message_limit: number | null;
  visitor_message_limit: number | null;
  /** null: as many as one visitor. */
  address_message_limit: number | null;
  enabled: boolean;
  created_at: Timestamp;
}

/** What `POST /embeds` and `POST /embeds/{id}/rotate-secret` answer: the only time that the secret is shown. */
export interface EmbedWithSecret extends Embed {
  /** `sk_…`: signs identity tokens. It belongs on the host site's server, never in a page. */
  secret: string;
}

export type EmbedChanges = Partial<
  Omit<Embed, "id" | "public_key" | "created_at" | "theme"> & { theme: Partial<EmbedTheme> }
>;

export interface EmbedUsage {
  /** Oldest first, one entry a day (UTC), days without a question too. */
  data: { day: string; sessions: number; questions: number; refused: number }[];
}

export interface EmbedSessionRequest {
  /** As an earlier session gave it; an unknown one is answered by a new one. */
  visitor_id?: string | undefined;
  /** A JWT signed by the host site's server with the embed's secret. */
  identity_token?: string | undefined;
}

export interface EmbedSession {
  access_token: string;
  /** Seconds. */
  expires_in: number;
  /** Of an identified person it only tells them from others; it opens nothing. */
  visitor_id: string;
  embed: Pick<Embed, "name" | "theme" | "greeting" | "starters" | "locale">;
}
